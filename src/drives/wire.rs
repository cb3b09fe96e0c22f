//! The frozen wire types of drives. report.json, which a newer or older goenv-ci reads back, holds them, so words
//! are texts here and a place is flat; `plan --format json` shows its drives the same way.

use crate::{
    drives::drive::{DirectoryOnDrive, Drives},
    ports::disks::Burst,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The drives on which what Go writes can lie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DrivesV1 {
    /// The directories that decide it.
    pub places: Vec<PlaceV1>,
    /// What follows, a sentence each.
    pub advice: Vec<String>,
}

/// A directory and the drive it lies on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceV1 {
    /// `temp`, `workspace` or `profile`.
    pub role: String,
    /// The variable that names it, or a word for it.
    pub name: String,
    /// The directory, absolute.
    pub path: String,
    /// For example `D:\` or `/home`; null where the system does not tell.
    pub mount: Option<String>,
    /// For example `NTFS`; empty where it is not known.
    pub file_system: String,
    /// Free for this user; null where the system does not tell.
    pub free_bytes: Option<u64>,
    /// Where the directory really lies, if a link, a junction or a short name leads there.
    pub leads_to: Option<String>,
    /// Files of 4 KiB that were written and removed in a second; null where it was not measured.
    pub files_per_second: Option<u64>,
}

impl From<&Drives> for DrivesV1 {
    fn from(drives: &Drives) -> Self {
        Self { places: drives.places.iter().map(PlaceV1::from).collect(), advice: drives.advice.clone() }
    }
}

impl From<&DirectoryOnDrive> for PlaceV1 {
    fn from(place: &DirectoryOnDrive) -> Self {
        let drive = place.drive.as_ref();
        Self {
            role: place.role.name().to_owned(),
            name: place.name.clone(),
            path: place.path.clone(),
            mount: drive.map(|drive| drive.mount.clone()),
            file_system: drive.map(|drive| drive.file_system.clone()).unwrap_or_default(),
            free_bytes: drive.map(|drive| drive.free_bytes),
            leads_to: drive.and_then(|drive| drive.leads_to.clone()),
            files_per_second: place.burst.map(Burst::files_per_second),
        }
    }
}
