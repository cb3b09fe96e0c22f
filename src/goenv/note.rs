//! Signed notes and the keys that verify them. Source: golang.org/x/mod,
//! `sumdb/note: NewVerifier, Open`.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    digest::{Context, SHA256},
    signature::{ED25519, UnparsedPublicKey},
};

/// The only algorithm that notes are signed with so far.
const ALGORITHM_ED25519: u8 = 1;

/// Lines that are looked at for a signature.
const MAX_SIGNATURES: usize = 100;

/// A key in its text form `name+hash+base64`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    hash: [u8; 4],
    key: Vec<u8>,
}

impl Verifier {
    /// Reads the text form and holds its hash against name and key.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let malformed = "malformed verifier id: `name+hash+key` is expected";
        let (name, rest) = text.split_once('+').ok_or(malformed)?;
        let (hash, key) = rest.split_once('+').ok_or(malformed)?;
        let key = STANDARD.decode(key).map_err(|_| malformed)?;
        let hash = u32::from_str_radix(hash, 16).ok().filter(|_| hash.len() == 8).ok_or(malformed)?.to_be_bytes();
        if !is_name(name) || key.is_empty() {
            return Err(malformed);
        }
        if key_hash(name, &key) != hash {
            return Err("invalid verifier hash: it is not that of the name and the key");
        }
        if key[0] != ALGORITHM_ED25519 {
            return Err("unknown verifier algorithm: an Ed25519 key is expected");
        }
        if key.len() != 33 {
            return Err(malformed);
        }
        Ok(Self { name: name.to_owned(), hash, key: key[1..].to_vec() })
    }

    /// The signer: `sum.golang.org`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of a note that this key has signed.
    ///
    /// # Errors
    /// It is malformed, not signed by this key, or signed wrongly.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, &'static str> {
        let malformed = "malformed note";
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(malformed);
        }
        let split = note.rfind("\n\n").ok_or(malformed)?;
        let (text, signatures) = (&note[..=split], &note[split + 2..]);
        if !signatures.ends_with('\n') {
            return Err(malformed);
        }
        for line in signatures.lines().take(MAX_SIGNATURES) {
            let (name, encoded) = line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(malformed)?;
            let decoded = STANDARD.decode(encoded).map_err(|_| malformed)?;
            let (hash, signature) = decoded.split_first_chunk::<4>().ok_or(malformed)?;
            if name == self.name && *hash == self.hash {
                let key = UnparsedPublicKey::new(&ED25519, &self.key);
                return key.verify(text.as_bytes(), signature).map(|()| text).map_err(|_| "wrong signature");
            }
        }
        Err("not signed by the key that GOSUMDB names")
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(char::is_whitespace) && !name.contains('+')
}

fn key_hash(name: &str, key: &[u8]) -> [u8; 4] {
    let mut hash = Context::new(&SHA256);
    hash.update(name.as_bytes());
    hash.update(b"\n");
    hash.update(key);
    let mut first = [0; 4];
    first.copy_from_slice(&hash.finish().as_ref()[..4]);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Go's own, and a lookup it really answered: `cmd/go/internal/modfetch/key.go`.
    const GO: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    const HEAD: &str = "go.sum database tree\n66332798\nczPocWFmMwQrSENohgEPvFiqA+2i/3lRZhHbxtma2UQ=\n\n\
        — sum.golang.org Az3grh19zTBOmg0dGOAELF5SP1N/QTSsuYwquERee13uccsbttgwVlS/0MhlHd7IEvb6fQVKmu7XFovf0PT1tKOnHQo=\n";

    #[test]
    fn a_tree_head_of_the_real_database_opens() {
        let text = Verifier::parse(GO).unwrap().open(HEAD).unwrap();
        assert!(text.starts_with("go.sum database tree\n66332798\n") && text.ends_with("2UQ=\n"), "{text}");
    }

    #[test]
    fn a_note_that_was_touched_or_is_not_signed_by_the_key_does_not_open() {
        let key = Verifier::parse(GO).unwrap();
        let touched = [
            HEAD.replace("66332798", "66332799"),
            HEAD.replace("— sum.golang.org", "— other.example"),
            HEAD.replace("Az3g", "Bz3g"),
            HEAD.replace("\n\n", "\n"),
            HEAD.trim_end().to_owned(),
            HEAD.replace("OnHQo=", "OnHQo"),
            HEAD.replace("tree\n", "tree\t\n"),
            "\n\n— sum.golang.org AAAA\n".to_owned(),
        ];
        for note in touched {
            assert!(key.open(&note).is_err(), "{note}");
        }
    }

    #[test]
    fn a_key_that_is_not_whole_is_refused() {
        for wrong in [
            "sum.golang.org",
            "sum.golang.org+033de0ae",
            "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            "other.example+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            "sum.golang.org+33de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            "a b+033de0ae+Ac4zctda0e5eza",
        ] {
            assert!(Verifier::parse(wrong).is_err(), "{wrong}");
        }
    }
}
