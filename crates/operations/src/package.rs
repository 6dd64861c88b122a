//! What a parcel is wrapped in.

use crate::field::Id;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::openapi::schema::{AdditionalProperties, Object, OneOfBuilder, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// What a parcel is wrapped in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Package {
    /// A carton.
    Carton {
        /// Its kind.
        carton: Id,
        /// It was used before.
        reused: bool,
    },
    /// A bag.
    Bag {
        /// Its kind.
        bag: Id,
    },
    /// The package that the product came in.
    OwnPackage {},
}

// By hand: the derived schema lets unknown fields into a tagged variant, which are not read.
impl PartialSchema for Package {
    fn schema() -> RefOr<Schema> {
        let flag = Object::with_type(Type::Boolean);
        OneOfBuilder::new()
            .item(variant("carton", [("carton", Id::schema()), ("reused", flag.into())]))
            .item(variant("bag", [("bag", Id::schema())]))
            .item(variant("own-package", []))
            .description(Some("What a parcel is wrapped in."))
            .examples([json!({"kind": "carton", "carton": "MIDDLE", "reused": true})])
            .into()
    }
}

impl ToSchema for Package {}

fn variant<const N: usize>(kind: &str, fields: [(&str, RefOr<Schema>); N]) -> Object {
    let tag = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind]));
    let mut object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("kind", tag)
        .required("kind")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    for (name, schema) in fields {
        object = object.property(name, schema).required(name);
    }
    object.build()
}
