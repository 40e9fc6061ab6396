//! How measures and dates stand in a plan as data.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::calendar::Date;
use crate::measure::{Distance, Duration, Pace, Share};

macro_rules! plain {
    ($($type:ident: $schema:tt),* $(,)?) => {
        $(impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        })*
    };
}

// Metres, seconds, seconds a kilometre, and fractions of one.
plain! {
    Distance: { "type": "number", "minimum": 0 },
    Duration: { "type": "integer", "minimum": 0 },
    Pace: { "type": "number", "exclusiveMinimum": 0 },
    Share: { "type": "number", "minimum": 0 },
    Date: { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
}
