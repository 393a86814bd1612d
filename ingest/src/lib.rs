//! MQTT and HTTP sources, envelopes, the pipeline, quarantine
