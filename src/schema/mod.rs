//! Schemas: what a request, a rule file and a plan look like, as JSON Schema for editors and programs; and the reference of
//! settings and words for people. All of it is made from the tables of the rulebook and the types of a plan.

mod plain;
mod reference;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

pub use self::reference::reference;
use crate::calendar::{PartOfDay, Weekday};
use crate::phrasebook::Phrasebook;
use crate::plan::Plan;
use crate::rulebook::guardrail::MEASURES;
use crate::rulebook::settings::{self, Kind, Setting};
use crate::rulebook::words::{self, Word, WordKind};
use crate::rulebook::{NO_RACE, Rulebook};
use crate::session::{Intensity, SessionKind};
use crate::shipped;

/// The schema of a request: `stepback schema request`.
#[must_use]
pub fn request(book: &Rulebook, phrases: &Phrasebook) -> Value {
    finished("request.json", book, phrases)
}

/// The schema of a rule file, whatever it holds: `stepback schema rules`.
#[must_use]
pub fn rules(book: &Rulebook, phrases: &Phrasebook) -> Value {
    finished("rules.json", book, phrases)
}

/// The schema of a plan as data: `stepback schema plan`.
#[must_use]
pub fn plan() -> Value {
    // Draft 7 is the one that editors and validators all read.
    SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<Plan>().to_value()
}

/// A frame from `templates/schema/`, with everything that the tables know put into it.
fn finished(name: &str, book: &Rulebook, phrases: &Phrasebook) -> Value {
    let body = shipped::text(&format!("templates/schema/{name}")).expect("the frame travels with us");
    let mut schema: Value = serde_json::from_str(body).expect("a test reads every frame");
    let maker = Maker { book, phrases };
    let definitions = maker.definitions();
    if let Some(files) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        for file in files {
            let groups = file.as_object_mut().and_then(|file| file.remove("x-groups"));
            let Some(groups) = groups.as_ref().and_then(Value::as_str) else { continue };
            // A file's own keys and its settings stand side by side.
            let groups = definitions[groups]["properties"].as_object().cloned().unwrap_or_default();
            if let Some(own) = file["properties"].as_object_mut() {
                for (group, settings) in groups {
                    own.entry(group).or_insert(settings);
                }
            }
        }
    }
    let own = schema["definitions"].as_object().cloned().unwrap_or_default();
    schema["definitions"] = definitions.into_iter().chain(own).collect::<Map<_, _>>().into();
    prune(&mut schema);
    schema
}

/// Takes away the definitions that nothing refers to.
fn prune(schema: &mut Value) {
    loop {
        let text = schema.to_string();
        let Some(definitions) = schema["definitions"].as_object_mut() else { return };
        let before = definitions.len();
        definitions.retain(|name, _| text.contains(&format!("\"#/definitions/{name}\"")));
        if definitions.len() == before {
            return;
        }
    }
}

/// Which values a table of settings takes.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    /// Any of them.
    Value,
    /// Those with an order.
    Cap,
    /// A share, for those that can be multiplied.
    Scale,
    /// A sentence.
    Text,
    /// A list of sources.
    Sources,
}

struct Maker<'a> {
    book: &'a Rulebook,
    phrases: &'a Phrasebook,
}

impl Maker<'_> {
    /// Every definition that a frame may refer to.
    fn definitions(&self) -> Map<String, Value> {
        let vocabulary = &self.book.vocabulary;
        let races: Vec<String> = vocabulary.races.iter().cloned().chain([NO_RACE.to_owned()]).collect();
        let named: Vec<&String> = self.book.sources.keys().collect();
        let cities: Vec<&String> = self.book.climates.keys().collect();
        let day = "^([Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)[a-z]*$";
        let entries = [
            ("level", json!({ "enum": vocabulary.levels })),
            ("race", json!({ "enum": vocabulary.races })),
            ("climate", json!({ "enum": cities })),
            ("climate-kind", json!({ "enum": vocabulary.kinds })),
            ("workout", json!({ "enum": vocabulary.workouts })),
            ("session-kind", json!({ "enum": SessionKind::ALL.map(SessionKind::name) })),
            ("intensity", json!({ "enum": Intensity::ALL.map(Intensity::name) })),
            ("part-of-day", json!({ "enum": PartOfDay::ALL.map(PartOfDay::name) })),
            ("measure", json!({ "enum": MEASURES.iter().map(|measure| measure.name).collect::<Vec<_>>() })),
            (
                "weekday",
                json!({ "anyOf": [{ "enum": Weekday::ALL.map(Weekday::name) }, { "type": "string", "pattern": day }] }),
            ),
            ("distance", self.measure("distance", r"^\s*[0-9]+(\.[0-9]+)?\s*(km|m|mi|mile|miles|yd)\s*$")),
            (
                "duration",
                self.measure("duration", r"^\s*([0-9]+(\.[0-9]+)?\s*(s|sec|min|h)|[0-9]+(:[0-5]?[0-9]){1,2})\s*$"),
            ),
            ("share", self.measure("share", r"^\s*[0-9]+(\.[0-9]+)?\s*%\s*$")),
            ("pace", self.measure("pace", r"^\s*[0-9]+(:[0-5]?[0-9]){1,2}\s*/\s*(km|mi)\s*$")),
            ("clock", self.measure("clock", r"^\s*[0-9]{1,2}:[0-9]{2}\s*$")),
            ("date", json!({ "type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })),
            ("step", json!({ "type": "string", "minLength": 1, "description": self.phrases.word("schema.step") })),
            ("sources-named", json!({ "type": "array", "items": { "enum": named } })),
            ("settings", self.settings(&races, Takes::Value)),
            ("settings-by-level", self.settings(&vocabulary.levels, Takes::Value)),
            ("set", self.settings(&races, Takes::Value)),
            ("cap", self.settings(&races, Takes::Cap)),
            ("scale", self.settings(&races, Takes::Scale)),
            ("text-by-setting", Self::by_name(Takes::Text)),
            ("sources-by-setting", Self::by_name(Takes::Sources)),
            ("facts", self.facts()),
        ];
        entries.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
    }

    fn measure(&self, kind: &str, pattern: &str) -> Value {
        let words = self.phrases.word(&format!("measure.{kind}"));
        json!({ "type": "string", "pattern": pattern, "description": words })
    }

    /// Tables of settings: `[reset]`, `[long-run]`, each with its own.
    fn settings(&self, keys: &[String], takes: Takes) -> Value {
        let mut groups: Map<String, Value> = Map::new();
        for setting in settings::TABLE {
            let fits = match takes {
                Takes::Cap => setting.kind.has_order(),
                Takes::Scale => setting.kind.has_scale(),
                _ => true,
            };
            if !fits {
                continue;
            }
            let (group, name) = setting.name.split_once('.').expect("every setting has a group");
            let group = groups
                .entry(group)
                .or_insert_with(|| json!({ "type": "object", "properties": {}, "additionalProperties": false }));
            group["properties"][name] = self.setting(setting, keys, takes);
        }
        json!({ "type": "object", "properties": groups, "additionalProperties": false })
    }

    fn setting(&self, setting: &Setting, keys: &[String], takes: Takes) -> Value {
        let one = if takes == Takes::Scale { reference_to("share") } else { self.value(setting) };
        let sentence = self.phrases.word(&format!("setting.{}", setting.name));
        let bounds = match setting.bounds() {
            (Some(least), Some(most)) => {
                self.phrases.say("schema.bounds", &crate::args! { "least" => least, "most" => most })
            }
            _ => String::new(),
        };
        let described = format!("{sentence} {bounds}").trim().to_owned();
        if setting.by_race {
            let table = json!({
                "type": "object", "propertyNames": { "enum": keys }, "additionalProperties": one, "minProperties": 1,
            });
            return json!({ "description": described, "anyOf": [one, table] });
        }
        json!({ "description": described, "allOf": [one] })
    }

    fn value(&self, setting: &Setting) -> Value {
        let vocabulary = &self.book.vocabulary;
        match setting.kind {
            Kind::Distance | Kind::Duration | Kind::Share | Kind::Pace => reference_to(setting.kind.name()),
            Kind::Count => json!({ "type": "integer", "minimum": setting.least, "maximum": setting.most }),
            Kind::Number => json!({ "type": "number", "minimum": setting.least, "maximum": setting.most }),
            Kind::YesNo => json!({ "type": "boolean" }),
            Kind::Choice => match settings::fixed_choices(setting.name) {
                Some(choices) => json!({ "enum": choices }),
                None => json!({ "enum": vocabulary.recipes }),
            },
            Kind::Shares => json!({ "type": "array", "items": reference_to("share"), "minItems": 1 }),
            Kind::Workouts => json!({ "type": "array", "items": reference_to("workout") }),
        }
    }

    /// What may be said of each setting by its whole name, quoted or as nested tables.
    fn by_name(takes: Takes) -> Value {
        let said = match takes {
            Takes::Sources => reference_to("sources-named"),
            _ => json!({ "type": "string" }),
        };
        let mut properties = Map::new();
        for setting in settings::TABLE {
            properties.insert(setting.name.to_owned(), said.clone());
            let (group, name) = setting.name.split_once('.').expect("every setting has a group");
            let nested = properties
                .entry(group)
                .or_insert_with(|| json!({ "type": "object", "properties": {}, "additionalProperties": false }));
            nested["properties"][name] = said.clone();
        }
        json!({ "type": "object", "properties": properties, "additionalProperties": false })
    }

    /// Words with their answers, as a case gives them.
    fn facts(&self) -> Value {
        let mut groups: Map<String, Value> = Map::new();
        for word in words::TABLE {
            let (group, name) = word.name.split_once('.').expect("every word has a group");
            let group = groups
                .entry(group)
                .or_insert_with(|| json!({ "type": "object", "properties": {}, "additionalProperties": false }));
            group["properties"][name] = self.answer(word);
        }
        json!({ "type": "object", "properties": groups, "additionalProperties": false })
    }

    fn answer(&self, word: &Word) -> Value {
        let vocabulary = &self.book.vocabulary;
        let answer = match word.kind {
            WordKind::Number(words::Unit::Km, ..) => {
                json!({ "anyOf": [{ "type": "number" }, reference_to("distance")] })
            }
            WordKind::Number(..) => json!({ "type": "number" }),
            WordKind::YesNo => json!({ "type": "boolean" }),
            WordKind::Choice(list) => json!({ "enum": list }),
            WordKind::Id(kind) => {
                json!({ "enum": vocabulary.ids(kind).iter().map(String::as_str).collect::<Vec<_>>() })
            }
            WordKind::Races => json!({ "type": "array", "items": reference_to("race") }),
        };
        json!({ "description": self.phrases.word(&format!("words.{}", word.name)), "allOf": [answer] })
    }
}

fn reference_to(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Distance, Duration, Pace, Share};
    use crate::rulebook::rule::Effect;

    fn shelf() -> (Rulebook, Phrasebook) {
        (Rulebook::read(&[]).unwrap().0, Phrasebook::shipped("en").unwrap())
    }

    #[test]
    fn a_frame_refers_only_to_what_there_is() {
        let (book, phrases) = shelf();
        for schema in [request(&book, &phrases), rules(&book, &phrases)] {
            let text = schema.to_string();
            for name in text.split("\"#/definitions/").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(schema["definitions"].get(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn every_effect_of_a_rule_has_its_place() {
        let (book, phrases) = shelf();
        let rule = &rules(&book, &phrases)["definitions"]["rule"]["properties"];
        for effect in [Effect::Set, Effect::Scale, Effect::AtMost, Effect::AtLeast] {
            assert!(rule.get(effect.name()).is_some(), "{}", effect.name());
        }
    }

    #[test]
    fn measures_are_recognised_as_they_are_read() {
        let (book, phrases) = shelf();
        let definitions = Maker { book: &book, phrases: &phrases }.definitions();
        let fits = |kind: &str, text: &str| {
            let mut compiler = boon::Compiler::new();
            let mut schemas = boon::Schemas::new();
            compiler.add_resource("measure.json", definitions[kind].clone()).unwrap();
            let index = compiler.compile("measure.json", &mut schemas).unwrap();
            schemas.validate(&json!(text), index).is_ok()
        };
        for text in [
            "8 km", "5 mi", "400m", "2 miles", "8", "8 kms", "", "90 min", "52:30", "1:55:00", "48 h", "65 %", "65%",
            "0.65", "6:10 /km", "8:50/mi", "6:10",
        ] {
            assert_eq!(fits("distance", text), text.parse::<Distance>().is_ok(), "{text}");
            assert_eq!(fits("duration", text), text.parse::<Duration>().is_ok(), "{text}");
            assert_eq!(fits("share", text), text.parse::<Share>().is_ok(), "{text}");
            assert_eq!(fits("pace", text), text.parse::<Pace>().is_ok(), "{text}");
        }
    }
}
