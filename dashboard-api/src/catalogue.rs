//! Things and Datastreams as of now, with the look-ups every answer needs.

use std::{collections::HashMap, sync::Arc};

use domain::{DatastreamId, ThingId};
use store::{Datastream, StoreError, StoreReader, Thing};

use crate::cached::Cached;

/// All Things and Datastreams of one moment.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By name.
    pub things: Vec<Thing>,
    /// By Thing and slot.
    pub datastreams: Vec<Datastream>,
    thing_by_id: HashMap<ThingId, usize>,
    datastream_by_id: HashMap<DatastreamId, usize>,
}

/// Hands out the present [`Catalogue`]; at most a second old.
#[derive(Clone, Debug)]
pub struct Catalogues {
    store: StoreReader,
    cached: Arc<Cached<Catalogue>>,
}

impl Catalogues {
    /// Reads from a store.
    pub fn new(store: StoreReader) -> Self {
        Self { store, cached: Arc::default() }
    }

    /// The present catalogue.
    pub async fn now(&self) -> Result<Arc<Catalogue>, StoreError> {
        let newest = *self.store.newest().borrow();
        self.cached.get(newest, || Catalogue::load(&self.store)).await
    }
}

impl Catalogue {
    /// Reads all Things and Datastreams.
    pub async fn load(store: &StoreReader) -> Result<Self, StoreError> {
        // Datastreams first: a Thing may gain one in between, but no Datastream is without its Thing.
        let datastreams = store.datastreams(None).await?;
        let things = store.things().await?;
        let thing_by_id = things.iter().enumerate().map(|(i, thing)| (thing.id, i)).collect();
        let datastream_by_id = datastreams.iter().enumerate().map(|(i, stream)| (stream.id, i)).collect();
        Ok(Self { things, datastreams, thing_by_id, datastream_by_id })
    }

    /// The Thing of a row id.
    pub fn thing(&self, id: ThingId) -> Option<&Thing> {
        self.things.get(*self.thing_by_id.get(&id)?)
    }

    /// The Thing with a public key.
    pub fn thing_by_key(&self, key: &str) -> Option<&Thing> {
        self.things.iter().find(|thing| thing.key == key)
    }

    /// A Datastream with its Thing.
    pub fn datastream(&self, id: DatastreamId) -> Option<(&Datastream, &Thing)> {
        let datastream = self.datastreams.get(*self.datastream_by_id.get(&id)?)?;
        Some((datastream, self.thing(datastream.thing)?))
    }

    /// The Datastreams of a Thing, by slot.
    pub fn datastreams_of(&self, thing: ThingId) -> impl Iterator<Item = &Datastream> {
        self.datastreams.iter().filter(move |datastream| datastream.thing == thing)
    }
}
