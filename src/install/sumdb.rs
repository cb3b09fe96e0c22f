//! The checksum database: which one GOSUMDB names, how it is reached, and what
//! it has recorded for a toolchain. Source: Go, `cmd/go/internal/modfetch/sumdb.go`.
//! Signature and inclusion are verified; heads seen in earlier runs are not kept.

use crate::install::{
    proxy_list::{Proxy, ProxyEntry, ProxyFailure, matches_prefix, try_proxies},
    tlog::{Tile, Tree, parse_record, record_hash, root_with},
};
use crate::{
    goenv::{note::Verifier, settings::GoSettings},
    ports::{Fetch, FetchError},
};

/// The module that toolchains are published as.
pub const MODULE: &str = "golang.org/toolchain";

/// Source: Go, `cmd/go/internal/modfetch/key.go`.
const KNOWN_KEYS: [(&str, &str); 1] =
    [("sum.golang.org", "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")];

/// An answer of the database is a few lines, a tile at most 8 KiB.
const MAX_ANSWER_BYTES: u64 = 1 << 20;

/// Why the database does not vouch for a toolchain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SumDbError {
    /// Go refuses too: a toolchain must be checked.
    #[error("the checksum database is disabled by GOSUMDB=off, and a toolchain must be checked against it")]
    Off,
    /// Not a database or key that Go takes.
    #[error("GOSUMDB `{setting}`: {why}")]
    Setting {
        /// The value of GOSUMDB.
        setting: String,
        /// What is wrong with it.
        why: String,
    },
    /// No answer.
    #[error("the checksum database `{name}` cannot be asked: {why}")]
    Unreachable {
        /// Its name.
        name: String,
        /// What the last address that was tried answered.
        why: String,
    },
    /// An answer whose proof fails: the server, or a machine on the way, is not honest.
    #[error("the checksum database's answer about {record} cannot be trusted: {why}")]
    Untrusted {
        /// What was asked about.
        record: String,
        /// Which check failed.
        why: String,
    },
    /// What was downloaded is not what was published.
    #[error("checksum mismatch for {record}: downloaded {downloaded}, `{name}` has {recorded}")]
    Mismatch {
        /// What was downloaded.
        record: String,
        /// Its hash.
        downloaded: String,
        /// The database.
        name: String,
        /// Its hash there.
        recorded: String,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// A database that GOSUMDB names.
#[derive(Clone, Debug)]
pub struct SumDb {
    verifier: Verifier,
    /// The second word of GOSUMDB: this address and no proxy.
    address: Option<String>,
}

impl SumDb {
    /// The database that must be asked about toolchains, or `None` where Go asks none:
    /// a single `file://` proxy with GOSUMDB=off or the module exempted.
    ///
    /// # Errors
    /// GOSUMDB is off although it is needed, or names no database.
    pub fn for_toolchains(settings: &GoSettings<'_>) -> Result<Option<Self>, SumDbError> {
        let proxy = settings.get("GOPROXY").unwrap_or_default();
        let must = !proxy.starts_with("file://") || proxy.contains([',', '|']);
        let setting = settings.get("GOSUMDB").unwrap_or("sum.golang.org");
        let exempt = settings.get("GONOSUMDB").or_else(|| settings.get("GOPRIVATE"));
        let exempted = setting == "off" || exempt.is_some_and(|patterns| matches_prefix(patterns, MODULE));
        if !must && exempted { Ok(None) } else { Self::parse(setting).map(Some) }
    }

    fn parse(setting: &str) -> Result<Self, SumDbError> {
        if setting == "off" {
            return Err(SumDbError::Off);
        }
        let wrong = |why: &str| SumDbError::Setting { setting: setting.to_owned(), why: why.to_owned() };
        // Go knows this one address of its database inside mainland China.
        let aliased =
            if setting == "sum.golang.google.cn" { "sum.golang.org https://sum.golang.google.cn" } else { setting };
        let words: Vec<&str> = aliased.split_whitespace().collect();
        let (key, address) = match words[..] {
            [key] => (key, None),
            [key, address] => (key, Some(address.trim_end_matches('/').to_owned())),
            _ => return Err(wrong("`KEY` or `KEY URL` is expected")),
        };
        let known = KNOWN_KEYS.iter().find(|(name, _)| *name == key).map_or(key, |(_, key)| key);
        let verifier = Verifier::parse(known).map_err(&wrong)?;
        let name = verifier.name();
        if name.contains(['?', '#', '@', '\\', '%', ':']) || name.starts_with('/') || name.ends_with('/') {
            return Err(wrong("the database's name must be host[/path]"));
        }
        Ok(Self { verifier, address })
    }

    /// Holds the hash of a downloaded toolchain against what is recorded.
    ///
    /// # Errors
    /// It differs, or nothing trustworthy is recorded.
    pub fn vouch(&self, downloaded: &str, recorded: &str, version: &str) -> Result<(), SumDbError> {
        if downloaded == recorded {
            return Ok(());
        }
        Err(SumDbError::Mismatch {
            record: format!("{MODULE}@{version}"),
            downloaded: downloaded.to_owned(),
            name: self.verifier.name().to_owned(),
            recorded: recorded.to_owned(),
        })
    }

    /// The `h1:` hash that is recorded for a version of the toolchain module,
    /// with its place in the signed tree verified.
    ///
    /// # Errors
    /// No answer, or none that proves itself.
    pub fn recorded(&self, version: &str, proxies: &[ProxyEntry], fetch: &dyn Fetch) -> Result<String, SumDbError> {
        let record = format!("{MODULE}@{version}");
        let untrusted = |why: &str| SumDbError::Untrusted { record: record.clone(), why: why.to_owned() };
        let base = self.base(proxies, fetch)?;
        let answer = self.read(fetch, &format!("{base}/lookup/{record}"))?;
        let answer = String::from_utf8(answer).map_err(|_| untrusted("it is not text"))?;
        let (id, text, head) = parse_record(&answer).ok_or_else(|| untrusted("it is no record"))?;
        let head = self.verifier.open(head).map_err(|why| untrusted(&format!("its tree head: {why}")))?;
        let tree = Tree::parse(head).ok_or_else(|| untrusted("its tree head is malformed"))?;
        if id >= tree.size {
            return Err(untrusted("the record's number is beyond the tree"));
        }
        let root = root_with(&tree, id, record_hash(text), &mut |tile| self.tile(fetch, &base, tile))?;
        if root != tree.hash {
            return Err(untrusted("the record is not in the signed tree"));
        }
        let prefix = format!("{MODULE} {version} ");
        let hash = text.lines().filter_map(|line| line.strip_prefix(&prefix)).find(|hash| hash.starts_with("h1:"));
        hash.map(str::to_owned).ok_or_else(|| untrusted("it has no h1: hash for this version"))
    }

    /// A tile, or, where a partial one was completed meanwhile, the beginning of the whole one.
    fn tile(&self, fetch: &dyn Fetch, base: &str, tile: Tile) -> Result<Vec<u8>, SumDbError> {
        let read = self.read(fetch, &format!("{base}/{}", tile.path()));
        let mut bytes = match read {
            Err(SumDbError::Unreachable { .. }) if tile != tile.whole() => {
                self.read(fetch, &format!("{base}/{}", tile.whole().path())).or(read)?
            }
            read => read?,
        };
        bytes.truncate(usize::try_from(tile.width * 32).unwrap_or(usize::MAX));
        Ok(bytes)
    }

    fn read(&self, fetch: &dyn Fetch, url: &str) -> Result<Vec<u8>, SumDbError> {
        fetch.get(url, MAX_ANSWER_BYTES).map_err(|why| match why {
            FetchError::Interrupted => SumDbError::Interrupted,
            why => self.unreachable(why.to_string()),
        })
    }

    /// A proxy that says it passes requests on is used, and then it alone; else the database itself.
    fn base(&self, proxies: &[ProxyEntry], fetch: &dyn Fetch) -> Result<String, SumDbError> {
        if let Some(address) = &self.address {
            return Ok(address.clone());
        }
        let name = self.verifier.name();
        let supported = try_proxies(proxies, |proxy| match proxy {
            Proxy::Url(url) => {
                fetch.get(&format!("{url}/sumdb/{name}/supported"), MAX_ANSWER_BYTES)?;
                Ok(format!("{url}/sumdb/{name}"))
            }
            Proxy::Direct | Proxy::Off | Proxy::Exempted => Err(ProxyFailure::NotFound("no proxy".to_owned())),
        });
        match supported {
            Ok(base) => Ok(base),
            Err(ProxyFailure::NotFound(_)) => Ok(format!("https://{name}")),
            Err(ProxyFailure::Failed(why)) => Err(self.unreachable(why)),
            Err(ProxyFailure::Interrupted) => Err(SumDbError::Interrupted),
        }
    }

    fn unreachable(&self, why: String) -> SumDbError {
        SumDbError::Unreachable { name: self.verifier.name().to_owned(), why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::{Platform, env::EnvBlock},
        ports::fake::FakeHost,
    };

    fn chosen(pairs: &[(&str, &str)]) -> Result<Option<String>, SumDbError> {
        let env = EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied());
        let db = SumDb::for_toolchains(&GoSettings::read(
            &crate::goenv::Known::newest_version(),
            &env,
            "/w",
            &FakeHost::new(Platform::Linux),
        ))?;
        Ok(db.map(|db| format!("{} {}", db.verifier.name(), db.address.unwrap_or_default()).trim_end().to_owned()))
    }

    #[test]
    fn a_toolchain_is_always_checked_except_from_a_single_file_proxy() {
        let go = Ok(Some("sum.golang.org".to_owned()));
        assert_eq!(chosen(&[]), go);
        assert_eq!(chosen(&[("GONOSUMDB", "golang.org"), ("GOPRIVATE", "*")]), go, "exemptions do not count");
        assert_eq!(chosen(&[("GOSUMDB", "off")]), Err(SumDbError::Off));
        assert_eq!(chosen(&[("GOPROXY", "file:///p")]), go);
        assert_eq!(chosen(&[("GOPROXY", "file:///p"), ("GOSUMDB", "off")]), Ok(None));
        assert_eq!(chosen(&[("GOPROXY", "file:///p"), ("GOPRIVATE", "golang.org/*")]), Ok(None));
        assert_eq!(chosen(&[("GOPROXY", "file:///p,direct"), ("GOSUMDB", "off")]), Err(SumDbError::Off));
    }

    #[test]
    fn gosumdb_may_name_a_key_and_an_address() {
        let alias = chosen(&[("GOSUMDB", "sum.golang.google.cn")]);
        assert_eq!(alias, Ok(Some("sum.golang.org https://sum.golang.google.cn".to_owned())));
        let own = chosen(&[("GOSUMDB", "sum.golang.org http://sums.example/x/")]);
        assert_eq!(own, Ok(Some("sum.golang.org http://sums.example/x".to_owned())));
        for wrong in ["unknown.example", "sum.golang.org a b", " "] {
            assert!(matches!(chosen(&[("GOSUMDB", wrong)]), Err(SumDbError::Setting { .. })), "{wrong}");
        }
    }
}
