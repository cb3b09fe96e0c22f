//! Whether Go can read a regular expression. Source: Go, `regexp/syntax/parse.go`, with the flags that
//! `regexp.Compile` has; `unicode/tables.go`.

use std::collections::HashSet;

/// How often may be repeated, in all.
const MOST: u64 = 1000;

/// How deep groups may lie in each other.
const DEEPEST: usize = 1000;

/// Whether Go 1.`minor` takes a text.
pub(crate) fn is_regexp(text: &str, minor: u64) -> bool {
    Reader { rest: text, minor, names: HashSet::new() }.expression().is_some()
}

/// Reads a text from its beginning; `None` is Go's error.
struct Reader<'t> {
    rest: &'t str,
    minor: u64,
    names: HashSet<&'t str>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }

    fn takes(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expression(mut self) -> Option<()> {
        // For each open group how often its parts are repeated, and its last part, which may be repeated again.
        let mut groups: Vec<(u64, Option<u64>)> = vec![(1, None)];
        let mut was_repeated = false;
        while let Some(c) = self.rest.chars().next() {
            let (most, last) = groups.last_mut()?;
            let repeat = match c {
                '*' | '+' | '?' => {
                    self.next();
                    Some((0, 0))
                }
                '{' => self.counts(),
                _ => None,
            };
            if let Some((least, highest)) = repeat {
                if least > MOST || highest > MOST || (highest > 0 && least > highest && highest != u64::MAX) {
                    return None;
                }
                self.takes("?");
                if was_repeated {
                    return None;
                }
                let times = last.as_mut()?;
                *times = times.saturating_mul(least.max(highest).max(1));
                if (least >= 2 || highest >= 2) && *times > MOST {
                    return None;
                }
                *most = (*most).max(*times);
                was_repeated = true;
                continue;
            }
            was_repeated = false;
            match c {
                '(' => {
                    if self.rest.starts_with("(?") {
                        if self.group_or_flags()? {
                            groups.push((1, None));
                        }
                    } else {
                        self.next();
                        groups.push((1, None));
                    }
                    if groups.len() > DEEPEST {
                        return None;
                    }
                    continue;
                }
                '|' => {
                    self.next();
                    *last = None;
                    continue;
                }
                ')' => {
                    self.next();
                    let (most, _) = groups.pop()?;
                    let (outer, last) = groups.last_mut()?;
                    *outer = (*outer).max(most);
                    *last = Some(most);
                    continue;
                }
                '[' => self.class()?,
                '\\' => self.escaped()?,
                _ => drop(self.next()),
            }
            groups.last_mut()?.1 = Some(1);
        }
        (groups.len() == 1).then_some(())
    }

    /// `{2}`, `{2,}`, `{2,3}`; anything else is text. Its numbers, of which the second may be missing.
    fn counts(&mut self) -> Option<(u64, u64)> {
        let inside = self.rest.strip_prefix('{')?;
        let (inside, behind) = inside.split_at(inside.find(|c: char| !c.is_ascii_digit() && c != ',')?);
        let behind = behind.strip_prefix('}')?;
        let number = |text: &str| {
            let fine = !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_digit())
                && !(text.len() > 1 && text.starts_with('0'));
            // Go takes a number of too many digits for one that is too large.
            fine.then(|| text.parse::<u64>().unwrap_or(MOST + 1).min(MOST + 1))
        };
        let counts = match inside.split_once(',') {
            None => number(inside).map(|n| (n, n))?,
            Some((least, "")) => (number(least)?, 0),
            Some((least, highest)) => {
                let (least, highest) = (number(least)?, number(highest)?);
                // More at least than at most is told as what is too large.
                if least > highest { (MOST + 1, highest) } else { (least, highest) }
            }
        };
        self.rest = behind;
        Some(counts)
    }

    /// Behind `(?`: whether a group begins.
    fn group_or_flags(&mut self) -> Option<bool> {
        if self.takes("(?P<") || (self.minor >= 22 && self.takes("(?<")) {
            let (name, behind) = self.rest.split_once('>')?;
            self.rest = behind;
            let fine = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            return (fine && self.names.insert(name)).then_some(true);
        }
        self.takes("(?");
        let (mut off, mut seen) = (false, false);
        loop {
            match self.next()? {
                'i' | 'm' | 's' | 'U' => seen = true,
                '-' if !off => (off, seen) = (true, false),
                c @ (':' | ')') if !off || seen => return Some(c == ':'),
                _ => return None,
            }
        }
    }

    /// A backslash and what follows, outside of brackets.
    fn escaped(&mut self) -> Option<()> {
        if self.takes("\\Q") {
            let end = self.rest.find("\\E");
            self.rest = end.map_or("", |end| &self.rest[end + 2..]);
            return Some(());
        }
        if ["\\A", "\\b", "\\B", "\\z"].iter().any(|text| self.takes(text)) {
            return Some(());
        }
        if self.named_class()? { Some(()) } else { self.character().map(drop) }
    }

    /// `\d` and its like, `\p{Greek}`: whether there was one.
    fn named_class(&mut self) -> Option<bool> {
        if ["\\d", "\\s", "\\w", "\\D", "\\S", "\\W"].iter().any(|text| self.takes(text)) {
            return Some(true);
        }
        if !self.takes("\\p") && !self.takes("\\P") {
            return Some(false);
        }
        let name = if self.takes("{") {
            let (name, behind) = self.rest.split_once('}')?;
            self.rest = behind;
            name
        } else {
            let whole = self.rest;
            let c = self.next()?;
            &whole[..c.len_utf8()]
        };
        is_unicode_class(name.strip_prefix('^').unwrap_or(name), self.minor).then_some(true)
    }

    /// One character, which may be written with a backslash.
    fn character(&mut self) -> Option<char> {
        match self.next()? {
            '\\' => {}
            c => return Some(c),
        }
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        match c {
            // One digit alone would be a reference to a group, which Go has not.
            '1'..='7' if self.rest.starts_with(|c: char| c.is_digit(8)) => {
                let first = c.to_digit(8)?;
                self.octal(2, first)
            }
            '0' => self.octal(2, 0),
            'x' => self.hexadecimal(),
            'a' => Some('\u{7}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\u{b}'),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
            _ => None,
        }
    }

    fn octal(&mut self, digits: usize, first: u32) -> Option<char> {
        let mut value = first;
        for _ in 0..digits {
            let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) else { break };
            value = value * 8 + digit;
            self.rest = &self.rest[1..];
        }
        char::from_u32(value)
    }

    fn hexadecimal(&mut self) -> Option<char> {
        let digits = if self.takes("{") {
            let (digits, behind) = self.rest.split_once('}')?;
            self.rest = behind;
            digits
        } else {
            let digits = self.rest.get(..2)?;
            self.rest = &self.rest[2..];
            digits
        };
        let fine = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        // A surrogate is none of Rust's characters, and one of Go's.
        let value = u32::from_str_radix(digits, 16).ok().filter(|value| fine && *value <= 0x10_FFFF)?;
        Some(char::from_u32(value).unwrap_or('\u{D7FF}'))
    }

    fn class(&mut self) -> Option<()> {
        self.takes("[");
        self.takes("^");
        let mut first = true;
        // Where the end of a name is not found once, it is not further behind either.
        let mut may_be_named = true;
        while first || !self.takes("]") {
            first = false;
            let named = self.rest.strip_prefix("[:").filter(|_| may_be_named).map(|inside| inside.split_once(":]"));
            may_be_named &= named != Some(None);
            if let Some(Some((name, behind))) = named {
                if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
                    return None;
                }
                self.rest = behind;
                continue;
            }
            if self.named_class()? {
                continue;
            }
            let low = self.character()?;
            if self.rest.starts_with('-') && self.rest.len() >= 2 && !self.rest.starts_with("-]") {
                self.next();
                if self.character()? < low {
                    return None;
                }
            }
        }
        Some(())
    }
}

const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

const CATEGORIES: &str =
    "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs Any";

/// Those of Unicode 15.0, which Go 1.21 has.
const SCRIPTS: &str = "\
    Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki \
    Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee \
    Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan \
    Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi \
    Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited \
    Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi \
    Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian \
    Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui \
    Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari \
    Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic \
    Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage \
    Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan \
    Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri \
    Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh \
    Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square";

/// Other names of categories, which Go 1.25 and newer know, in lower case and without separators.
const ALIASES: &str = "\
    ascii assigned cn lc casedletter closepunctuation cntrl combiningmark connectorpunctuation control currencysymbol dashpunctuation \
    decimalnumber digit enclosingmark finalpunctuation format initialpunctuation letter letternumber lineseparator \
    lowercaseletter mark mathsymbol modifierletter modifiersymbol nonspacingmark number openpunctuation other \
    otherletter othernumber otherpunctuation othersymbol paragraphseparator privateuse punct punctuation separator \
    spaceseparator spacingmark surrogate symbol titlecaseletter unassigned uppercaseletter";

/// From Go 1.25 on case and separators do not count.
fn is_unicode_class(name: &str, minor: u64) -> bool {
    let folded = |text: &str| text.replace(['_', '-', ' '], "").to_lowercase();
    let mut names = CATEGORIES.split(' ').chain(SCRIPTS.split(' '));
    if minor < 25 {
        return names.any(|known| known == name);
    }
    let name = folded(name);
    names.any(|known| folded(known) == name) || ALIASES.split(' ').any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::is_regexp;

    #[test]
    fn expressions_are_taken_and_refused_as_go_does() {
        for fine in [
            "",
            "-f(no-)?.*",
            "a{2",
            "a{,2}",
            "a{",
            "\\Q(\\E",
            "\\Q(",
            "[[:word:]-]",
            "[]a]",
            "[^]]",
            "a|",
            "()",
            "(?i)x",
            "(?)",
            "(?i-s:x)",
            "\\x{10FFFF}",
            "\\012",
            "\\_",
            "\\pL",
            "\\p{^Greek}",
            "(?P<n>x)",
            "a??",
            "^*",
            "(a{10}){100}",
            "[a-\\n-z]",
            "[--a]",
            "[a-]",
            "a{0}",
        ] {
            let fine_here = fine != "[a-\\n-z]";
            assert_eq!(is_regexp(fine, 22), fine_here, "{fine}");
        }
        for wrong in [
            "(",
            ")",
            "[",
            "[]",
            "*",
            "a**",
            "a*{2}",
            "|*",
            "(*)",
            "\\",
            "\\8",
            "\\1",
            "\\C",
            "\\Z",
            "\\u0041",
            "[z-a]",
            "[[:foo:]]",
            "\\p{Foo}",
            "\\p",
            "a{1001}",
            "a{3,1}",
            "(a{11}){100}",
            "(?=x)",
            "(?x)a",
            "(?-)a",
            "(?P<n>x)(?P<n>y)",
            "(?P<>x)",
            "\\x{110000}",
            "\\xg",
            "é**",
        ] {
            assert!(!is_regexp(wrong, 22), "{wrong}");
        }
        assert!(!is_regexp("(?<n>x)", 21) && is_regexp("(?<n>x)", 22));
        assert!(!is_regexp("\\p{letter}", 24) && is_regexp("\\p{letter}", 25));
        for hostile in ["(", "{", "[[:", "{1"] {
            is_regexp(&hostile.repeat(300_000), 22);
        }
    }
}
