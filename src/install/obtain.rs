//! Installs every missing version, several at a time.

use crate::goenv::{
    toolchain::{MissingToolchain, Toolchain},
    version::GoRequest,
};
use crate::install::{error::InstallError, from_proxy::FromProxy, means::Means, through_go::WorkingGo};
use std::thread;

/// The outcome: each missing version is in one of the two lists.
#[derive(Debug, Default)]
pub struct Installation {
    /// Oldest first, each toolchain once.
    pub obtained: Vec<Toolchain>,
    /// In the order of the requests.
    pub failed: Vec<(GoRequest, InstallError)>,
}

/// Obtains every missing version, all at the same time: through a `go` that
/// is present, else from the module proxy. One failure does not stop the others.
#[must_use]
pub fn install(missing: &[MissingToolchain], means: &Means<'_>) -> Installation {
    let requests: Vec<&GoRequest> = missing.iter().map(|missing| &missing.request).collect();
    if requests.is_empty() {
        return Installation::default();
    }
    if let Some(go) = WorkingGo::find(means) {
        let go = go.prepare(&requests);
        return side_by_side(&requests, |request| go.obtain(request));
    }
    match FromProxy::new(&requests, means) {
        Ok(proxy) => side_by_side(&requests, |request| proxy.obtain(request)),
        Err(why) => side_by_side(&requests, |_| Err(why.clone().into())),
    }
}

fn side_by_side(
    requests: &[&GoRequest],
    obtain: impl Fn(&GoRequest) -> Result<Toolchain, InstallError> + Sync,
) -> Installation {
    let outcomes: Vec<Result<Toolchain, InstallError>> = thread::scope(|scope| {
        let running: Vec<_> = requests.iter().map(|request| scope.spawn(|| obtain(request))).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut installation = Installation::default();
    for (outcome, request) in outcomes.into_iter().zip(requests) {
        match outcome {
            Ok(toolchain) => installation.obtained.push(toolchain),
            Err(why) => installation.failed.push(((*request).clone(), why)),
        }
    }
    installation.obtained.sort_by(|a, b| a.version.cmp(&b.version));
    installation.obtained.dedup_by(|a, b| a.goroot == b.goroot);
    installation
}
