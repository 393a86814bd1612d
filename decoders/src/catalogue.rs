//! The profiles there are: those the program carries, and those an operator adds.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use codecs::Pool;
use domain::{Params, Truncated};
use rust_embed::RustEmbed;

use crate::{
    ProfileInfo,
    file::{Definition, FileError, Surroundings},
    misspelt::misspelt,
    params::ProfileError,
    profile::Profile,
};

/// A set of profiles, each with its id.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    definitions: BTreeMap<Arc<str>, Arc<Definition>>,
    pool: Option<Arc<Pool>>,
}

#[derive(RustEmbed)]
#[folder = "../profiles"]
struct BuiltIn;

impl Catalogue {
    /// The profiles the program carries.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
            let mut catalogue = Catalogue::default();
            for (id, text) in Catalogue::built_in_files() {
                if let Err(error) =
                    catalogue.add(&id, &text, &|_| Err("this program carries no codecs".to_owned()))
                {
                    // A test reads every one of them.
                    panic!("the profile `{id}` of this program: {error}");
                }
            }
            catalogue
        });
        &BUILT_IN
    }

    /// Id and text of every profile file the program carries.
    pub fn built_in_files() -> impl Iterator<Item = (String, String)> {
        BuiltIn::iter().filter_map(|path| {
            let file = BuiltIn::get(&path)?;
            let id = path.strip_suffix(".toml")?.to_owned();
            Some((id, String::from_utf8_lossy(&file.data).into_owned()))
        })
    }

    /// The same profiles, to which such with makers' codecs can be added.
    #[must_use]
    pub fn with_codecs(self, pool: Arc<Pool>) -> Self {
        Self { pool: Some(pool), ..self }
    }

    /// Adds a profile, in the place of one with the same id.
    ///
    /// `id` is the path of the file without its ending: `vendor/model`, of `a-z`, `0-9` and `-`. `beside` reads a file in
    /// the same folder by its name.
    pub fn add(
        &mut self,
        id: &str,
        text: &str,
        beside: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<(), FileError> {
        let is_part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !id.split_once('/').is_some_and(|(vendor, model)| is_part(vendor) && is_part(model)) {
            return Err(FileError {
                line: None,
                key: None,
                message: format!(
                    "`{}` is no profile id: expected the path `vendor/model.toml`, of a-z, 0-9 and -",
                    Truncated::new(id)
                ),
            });
        }
        let definition = Definition::parse(id, text, &Surroundings { beside, pool: self.pool.as_ref() })?;
        self.definitions.insert(Arc::clone(&definition.info.id), Arc::new(definition));
        Ok(())
    }

    /// Every profile, ordered by id.
    pub fn profiles(&self) -> impl Iterator<Item = &ProfileInfo> {
        self.definitions.values().map(|definition| &*definition.info)
    }

    /// Finds a profile and checks every setting of a device.
    pub fn profile(&self, id: &str, params: &Params) -> Result<Profile, ProfileError> {
        match self.definitions.get(id) {
            Some(definition) => definition.profile(params),
            None => Err(self.unknown(id)),
        }
    }

    /// The error for an id nobody knows, with the ids that could be meant.
    fn unknown(&self, id: &str) -> ProfileError {
        let id = Truncated::new(id);
        let given = id.as_str().trim().to_lowercase();
        let known = || self.definitions.keys().map(|id| &**id);
        // Two vendors may name a model alike.
        let mut nearest: Vec<&str> =
            known().filter(|known| known.split_once('/').is_some_and(|(_, model)| model == given)).collect();
        if nearest.is_empty() {
            nearest = misspelt(&given, known);
        }
        let nearest = nearest.into_iter().map(str::to_owned).collect();
        ProfileError::UnknownProfile { id, nearest }
    }
}
