//! Profiles of the operator's own: a folder of files.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use decoders::{
    Catalogue, DecodeError, Payload, Profile,
    codecs::{CodecError, Pool, PoolOptions, WorkerCommand},
};
use domain::Params;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Device profiles beyond those the program carries.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProfilesConfig {
    /// A folder with files `vendor/model.toml`; one with the id of a profile of ours takes its place.
    pub dir: Option<PathBuf>,
}

/// Something in a folder of profiles that is no profile.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {message}", file.display())]
pub(crate) struct FolderError {
    file: PathBuf,
    message: String,
}

impl ProfilesConfig {
    /// All profiles there are; wrong files of the folder are all named at once.
    pub(crate) fn catalogue(&self) -> Result<Catalogue, ConfigError> {
        self.catalogue_with(codec_options())
    }

    /// The same for decoding again what is stored, where no other device waits: a codec that had to be stopped for some uplinks is
    /// called for the next all the same.
    pub(crate) fn patient_catalogue(&self) -> Result<Catalogue, ConfigError> {
        self.catalogue_with(PoolOptions { suspends: false, ..codec_options() })
    }

    fn catalogue_with(&self, options: PoolOptions) -> Result<Catalogue, ConfigError> {
        let Some(dir) = &self.dir else { return Ok(Catalogue::built_in().clone()) };
        let mut catalogue = Catalogue::built_in().clone().with_codecs(Arc::new(Pool::new(options)));
        let (_, errors) = read_folder(dir, &mut catalogue);
        if errors.is_empty() {
            return Ok(catalogue);
        }
        let message = errors.iter().map(FolderError::to_string).collect::<Vec<_>>().join("; ");
        Err(ConfigError::Value { key: "profiles.dir", message })
    }
}

/// The profiles this program carries, to which such with makers' codecs can be added.
pub(crate) fn with_codecs() -> Catalogue {
    Catalogue::built_in().clone().with_codecs(Arc::new(codec_pool()))
}

/// Processes that run makers' codecs: this program again, with another command.
pub(crate) fn codec_pool() -> Pool {
    Pool::new(codec_options())
}

fn codec_options() -> PoolOptions {
    let program = std::env::current_exe().unwrap_or_default();
    let worker = WorkerCommand::this_program("codec-worker")
        .unwrap_or(WorkerCommand { program, arguments: vec!["codec-worker".to_owned()] });
    PoolOptions::new(worker)
}

/// The profiles whose codec is of no use for any payload, each with the reason. Runs every codec once.
pub(crate) fn broken_codecs(catalogue: &Catalogue) -> Vec<(String, CodecError)> {
    let ids = catalogue.profiles().map(|info| &*info.id);
    ids.filter_map(|id| Some((id.to_owned(), broken_codec(catalogue, id)?))).collect()
}

/// Why the codec of a profile is of no use for any payload, if so: a call with an empty one shows it.
pub(crate) fn broken_codec(catalogue: &Catalogue, id: &str) -> Option<CodecError> {
    let profile = catalogue.profile(id, &Params::default()).ok().filter(Profile::runs_codec)?;
    match decoders::decode(&profile, &Payload::new(1, &[])) {
        Err(DecodeError::Codec(
            error @ (CodecError::Syntax { .. } | CodecError::NoEntryPoint | CodecError::Unavailable(_)),
        )) => Some(error),
        _ => None,
    }
}

/// Adds every profile of a folder; gives the ids that were added, and what is wrong with the other files.
pub(crate) fn read_folder(dir: &Path, catalogue: &mut Catalogue) -> (Vec<String>, Vec<FolderError>) {
    let (mut added, mut errors) = (Vec::new(), Vec::new());
    let files = match files_below(dir) {
        Ok(files) => files,
        Err(error) => {
            errors.push(FolderError { file: dir.to_owned(), message: format!("cannot be read: {error}") });
            return (added, errors);
        }
    };
    for file in files {
        let path = file.strip_prefix(dir).unwrap_or(&file).with_extension("");
        let id = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        let read = fs::read_to_string(&file).map_err(|error| format!("cannot be read: {error}"));
        let beside =
            |name: &str| fs::read_to_string(file.with_file_name(name)).map_err(|error| error.to_string());
        let result =
            read.and_then(|text| catalogue.add(&id, &text, &beside).map_err(|error| error.to_string()));
        match result {
            Ok(()) => added.push(id),
            Err(message) => errors.push(FolderError { file, message }),
        }
    }
    (added, errors)
}

/// All files that end in `.toml`, two folders deep, in order.
fn files_below(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                files.push(entry?.path());
            }
        } else {
            files.push(path);
        }
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    Ok(files)
}
