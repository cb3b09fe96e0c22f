//! Installs without any Go: the archive from the module proxy is checked against the checksum
//! database and unpacked into the tool cache. Nothing is in its place before it has been checked.

use crate::install::{
    dirhash::h1,
    error::InstallError,
    means::Means,
    module_proxy::ModuleProxy,
    proxy_list::{GoproxyError, ProxyFailure},
    sumdb::{MODULE, SumDb, SumDbError},
};
use crate::{
    goenv::{
        locate::{tool_cache_goroot, tool_cache_roots, toolchain_module},
        toolchain::{Toolchain, ToolchainSource},
        version::{GoRequest, GoVersion},
    },
    ports::{Reservation, Unpacked, event::Event},
};
use std::{io, thread};

/// As large as Go lets a module be. Source: golang.org/x/mod, `zip.go: MaxZipFile`.
const MAX_ARCHIVE_BYTES: u64 = 500 << 20;

/// What is asked for toolchains where no Go is.
pub struct FromProxy<'a> {
    means: &'a Means<'a>,
    proxy: ModuleProxy<'a>,
    sums: Result<Option<SumDb>, SumDbError>,
    versions: Option<Result<Vec<GoVersion>, ProxyFailure>>,
}

impl<'a> FromProxy<'a> {
    /// Reads GOPROXY and GOSUMDB; the list of versions is fetched once, if a request needs it.
    ///
    /// # Errors
    /// GOPROXY cannot be used.
    pub fn new(requests: &[&GoRequest], means: &'a Means<'a>) -> Result<Self, GoproxyError> {
        let settings = means.settings();
        let proxy = ModuleProxy::new(&settings, means.places.platform, means.fetch)?;
        let needed = requests.iter().any(|request| matches!(request, GoRequest::Minor(..)));
        let versions = needed.then(|| proxy.versions());
        Ok(Self { means, proxy, sums: SumDb::for_toolchains(&settings), versions })
    }

    /// Obtains one version; waits for another process that is obtaining the same.
    ///
    /// # Errors
    /// Whatever prevents it; nothing is left behind then.
    pub fn obtain(&self, request: &GoRequest) -> Result<Toolchain, InstallError> {
        let version = self.resolve(request)?;
        let root = tool_cache_roots(self.means.places).into_iter().next().ok_or(InstallError::NoToolCache)?;
        let goroot = tool_cache_goroot(&root, &version, self.means.places);
        let unwritable = |source: io::Error| match source.kind() {
            io::ErrorKind::Interrupted => InstallError::Interrupted(request.clone()),
            _ => InstallError::ToolCache { goroot: goroot.clone(), source },
        };
        if let Some(reservation) = self.means.tool_cache.reserve(&goroot).map_err(unwritable)? {
            let filled = self.fill(reservation, request, &version, &goroot)?;
            filled.commit().map_err(unwritable)?;
        }
        Ok(Toolchain { version, goroot, source: ToolchainSource::ToolCache })
    }

    fn resolve(&self, request: &GoRequest) -> Result<GoVersion, InstallError> {
        let list = match (request, &self.versions) {
            (GoRequest::Exact(version), _) => return Ok(version.clone()),
            (_, Some(Ok(list))) => list.as_slice(),
            (_, Some(Err(why))) => return Err(not_served(request, why.clone())),
            (_, None) => &[],
        };
        let newest = list.iter().filter(|version| request.accepts(version)).max().cloned();
        newest.ok_or_else(|| InstallError::NoSuchVersion {
            request: request.clone(),
            listed: list.len(),
            from: "GOPROXY".to_owned(),
        })
    }

    fn fill<'r>(
        &self,
        mut reservation: Box<dyn Reservation + 'r>,
        request: &GoRequest,
        version: &GoVersion,
        goroot: &str,
    ) -> Result<Box<dyn Reservation + 'r>, InstallError> {
        let module = toolchain_module(version, &self.means.places.target());
        self.means.observer.event(&Event::Preparing(format!("downloading Go {version} from the module proxy")));
        // Asked before the download, so that GOSUMDB=off does not cost a download of 70 MB.
        let sums = self.sums.as_ref().map_err(|why| unverified(request, why.clone()))?;
        let archive = reservation.archive();
        let ask = |sums: &SumDb| sums.recorded(&module, &self.proxy.entries, self.means.fetch);
        let (recorded, downloaded) = thread::scope(|scope| {
            let recorded = scope.spawn(|| sums.as_ref().map(ask).transpose());
            let downloaded = self.proxy.download(&module, &archive, MAX_ARCHIVE_BYTES);
            (recorded.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), downloaded)
        });
        downloaded.map_err(|why| not_served(request, why))?;
        let recorded = recorded.map_err(|why| unverified(request, why))?;

        let prefix = format!("{MODULE}@{module}/");
        let damaged = |source: io::Error| match source.kind() {
            io::ErrorKind::Interrupted => InstallError::Interrupted(request.clone()),
            _ => InstallError::Archive { request: request.clone(), goroot: goroot.to_owned(), source },
        };
        let files = reservation.unpack(&prefix).map_err(damaged)?;
        if let (Some(sums), Some(recorded)) = (sums, recorded) {
            sums.vouch(&h1(&files), &recorded, &module).map_err(|why| unverified(request, why))?;
        }
        self.is_a_goroot(&files, &prefix).map_err(damaged)?;
        Ok(reservation)
    }

    /// Matters where no database vouches: a proxy in a directory may hold anything.
    fn is_a_goroot(&self, files: &[Unpacked], prefix: &str) -> io::Result<()> {
        let program = format!("bin/go{}", self.means.places.platform.exe_suffix());
        for needed in [program.as_str(), "VERSION"] {
            if !files.iter().any(|file| file.name.strip_prefix(prefix) == Some(needed)) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it has no `{needed}`")));
            }
        }
        Ok(())
    }
}

fn not_served(request: &GoRequest, why: ProxyFailure) -> InstallError {
    match why {
        ProxyFailure::Interrupted => InstallError::Interrupted(request.clone()),
        ProxyFailure::NotFound(why) | ProxyFailure::Failed(why) => {
            InstallError::NotServed { request: request.clone(), why }
        }
    }
}

fn unverified(request: &GoRequest, source: SumDbError) -> InstallError {
    match source {
        SumDbError::Interrupted => InstallError::Interrupted(request.clone()),
        source => InstallError::Unverified { request: request.clone(), source: Box::new(source) },
    }
}
