//! Reading the parts of a message that must not cost the measurement.
//!
//! Radio facts are for operators: whatever a gateway writes there, a field of it is read if it can be and
//! passed over if not. They are read in the same pass as the rest, for they are most of a message. Some nonsense ends
//! that pass, such as the number `1e999` or half a surrogate pair; then the message is read once more and its radio
//! facts are skipped, which looks at brackets and quotes only.

use std::{fmt, marker::PhantomData};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// An object read field by field; its reading never fails over what a field holds.
///
/// Implemented by [`lenient_object!`].
pub(super) trait LenientObject<'de>: Default {
    /// Reads the fields of interest, passes over the others; of two with one name the later counts.
    fn read<A: MapAccess<'de>>(fields: A) -> Result<Self, A::Error>;
}

/// Declares a struct of lenient fields, each with the names it goes by, and how to read it.
macro_rules! lenient_object {
    ($(#[$doc:meta])* struct $name:ident { $($field:ident: $type:ty = $($key:literal)|+,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        struct $name<'a> {
            $($field: $type,)+
        }

        impl<'de: 'a, 'a> $crate::envelope::object::LenientObject<'de> for $name<'a> {
            fn read<A: serde::de::MapAccess<'de>>(mut fields: A) -> Result<Self, A::Error> {
                let mut object = Self::default();
                while let Some(key) = fields.next_key::<$crate::envelope::lenient::Loose<'de>>()? {
                    match key.text() {
                        $(Some($($key)|+) => object.$field = fields.next_value()?,)+
                        _ => _ = fields.next_value::<serde::de::IgnoredAny>()?,
                    }
                }
                Ok(object)
            }
        }
    };
}
pub(super) use lenient_object;

/// An object, or nothing where there is something else or the field is skipped.
#[derive(Clone, Debug)]
pub(super) struct Lenient<T, const IS_READ: bool = true>(pub(super) Option<T>);

impl<T, const IS_READ: bool> Default for Lenient<T, IS_READ> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: LenientObject<'de>, const IS_READ: bool> Deserialize<'de> for Lenient<T, IS_READ> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if IS_READ {
            deserializer.deserialize_any(ObjectVisitor(PhantomData))
        } else {
            IgnoredAny::deserialize(deserializer).map(|IgnoredAny| Self::default())
        }
    }
}

/// Objects kept of one list. No uplink is heard by nearly as many gateways, and a short message of empty objects must
/// not become a large one in memory and in the store.
const KEPT_MAX: usize = 64;

/// The first [`KEPT_MAX`] objects of a list; what is no object is passed over, and so is a list that is skipped.
#[derive(Clone, Debug)]
pub(super) struct LenientList<T, const IS_READ: bool = true>(pub(super) Vec<T>);

impl<T, const IS_READ: bool> Default for LenientList<T, IS_READ> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: LenientObject<'de>, const IS_READ: bool> Deserialize<'de> for LenientList<T, IS_READ> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if IS_READ {
            deserializer.deserialize_any(ListVisitor(PhantomData))
        } else {
            IgnoredAny::deserialize(deserializer).map(|IgnoredAny| Self::default())
        }
    }
}

struct ObjectVisitor<T, const IS_READ: bool>(PhantomData<T>);

struct ListVisitor<T, const IS_READ: bool>(PhantomData<T>);

/// The shapes neither visitor wants: they are read and forgotten.
macro_rules! forget_scalars {
    ($none:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($none)
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($none)
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($none)
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($none)
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($none)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($none)
        }
    };
}

impl<'de, T: LenientObject<'de>, const IS_READ: bool> Visitor<'de> for ObjectVisitor<T, IS_READ> {
    type Value = Lenient<T, IS_READ>;

    forget_scalars!(Lenient(None));

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::read(fields).map(|object| Lenient(Some(object)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Lenient(None))
    }
}

impl<'de, T: LenientObject<'de>, const IS_READ: bool> Visitor<'de> for ListVisitor<T, IS_READ> {
    type Value = LenientList<T, IS_READ>;

    forget_scalars!(LenientList(Vec::new()));

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(LenientList(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while list.len() < KEPT_MAX {
            match items.next_element()? {
                Some(Lenient::<T>(object)) => list.extend(object),
                None => return Ok(LenientList(list)),
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(LenientList(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::lenient::Loose;

    lenient_object! {
        struct Gateway {
            id: Loose<'a> = "gatewayId" | "gateway_id",
            rssi: Loose<'a> = "rssi",
        }
    }

    fn ids(json: &str) -> Vec<String> {
        let list: LenientList<Gateway<'_>> = serde_json::from_str(json).unwrap();
        list.0.iter().map(|gateway| gateway.id.text().unwrap_or("?").to_owned()).collect()
    }

    #[test]
    fn a_field_goes_by_each_of_its_names() {
        assert_eq!(ids(r#"[{"gatewayId":"a","rssi":-80},{"gateway_id":"b"}]"#), ["a", "b"]);
    }

    #[test]
    fn nonsense_costs_no_more_than_itself() {
        assert_eq!(ids(r#"[1, "x", null, true, -2.5, [{"gatewayId":"inner"}], {"gatewayId":"a"}]"#), ["a"]);
        assert_eq!(ids(r#"[{"gatewayId":{"deep":[1]},"rssi":[]},{"gatewayId":"a"}]"#), ["?", "a"]);
        for other in ["{}", "\"text\"", "7", "null", "true", "-1.5"] {
            assert!(ids(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn of_two_fields_with_one_name_the_later_counts() {
        assert_eq!(ids(r#"[{"gatewayId":"a","gateway_id":"b"}]"#), ["b"]);
    }

    #[test]
    fn an_object_is_nothing_where_there_is_something_else() {
        for other in ["[]", "\"text\"", "7", "null"] {
            let found: Lenient<Gateway<'_>> = serde_json::from_str(other).unwrap();
            assert!(found.0.is_none(), "{other}");
        }
    }
}
