//! `#[derive(Record)]`: a struct of the snapshot whose fields can be reached by their names
//! without code that is compiled for its type alone. See `reach_core::record`.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Data, DeriveInput, Error, Fields, LitStr, Result, Token, Type};

/// Implements `Record`, `Value` and `Deserialize` for a struct with named fields.
///
/// What `#[derive(Serialize)]` reads is read here, so that a type is written as it is read:
/// `rename_all` (`PascalCase` or `camelCase`), `default` and `deny_unknown_fields` on the struct,
/// `rename`, an `alias` and `default` on a field. A field has to be there unless it is an
/// `Option` or has a default, which is the one that the struct's [`Default`] gives it; in
/// something strict, the struct's `default` does not count.
#[proc_macro_derive(Record, attributes(serde))]
pub fn record(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(Error::into_compile_error).into()
}

fn expand(input: &DeriveInput) -> Result<Tokens> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(input, "only a struct is a record"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(input, "a record's fields have names"));
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "a record is one type"));
    }
    if fields.named.len() > 64 {
        return Err(Error::new_spanned(fields, "a record has at most 64 fields"));
    }
    let container = Names::of(&input.attrs)?;
    let (mut names, mut needed) = (Vec::new(), 0_u64);
    let (mut other_names, mut aliases) = (Vec::new(), Vec::new());
    let mut slots = Vec::new();
    for (index, field) in fields.named.iter().enumerate() {
        let Some(ident) = &field.ident else { continue };
        let own = Names::of(&field.attrs)?;
        let snake = ident.to_string();
        let snake = snake.strip_prefix("r#").unwrap_or(&snake);
        let name = own.rename.unwrap_or_else(|| container.case.of(snake));
        if !(own.default || is_option(&field.ty)) {
            needed |= 1 << index;
        }
        names.push(name);
        if let Some(alias) = own.alias {
            other_names.push(alias);
            aliases.push(index);
        }
        slots.push(quote!(#index => ::reach_core::record::Value::slot(&mut self.#ident)));
    }
    names.append(&mut other_names);
    let (record, name) = (&input.ident, input.ident.to_string());
    let Names { default: lenient, strict, .. } = container;
    Ok(quote! {
        #[automatically_derived]
        impl ::reach_core::record::Record for #record {
            fn shape(&self) -> &'static ::reach_core::record::Shape {
                &::reach_core::record::Shape {
                    name: #name,
                    names: &[#(#names),*],
                    aliases: &[#(#aliases),*],
                    required: #needed,
                    lenient: #lenient,
                    strict: #strict,
                }
            }

            fn slot_of(
                &mut self,
                field: usize,
            ) -> ::core::option::Option<::reach_core::record::Slot<'_>> {
                ::core::option::Option::Some(match field {
                    #(#slots,)*
                    _ => return ::core::option::Option::None,
                })
            }
        }

        #[automatically_derived]
        impl ::reach_core::record::Value for #record {
            fn slot(&mut self) -> ::reach_core::record::Slot<'_> {
                ::reach_core::record::Slot::Record(self)
            }
        }

        #[automatically_derived]
        impl<'de> ::serde::Deserialize<'de> for #record {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::reach_core::record::read(deserializer)
            }
        }
    })
}

/// What the attributes of a struct or a field say.
#[derive(Default)]
struct Names {
    case: Case,
    rename: Option<String>,
    alias: Option<String>,
    default: bool,
    strict: bool,
}

impl Names {
    fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut names = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| names.add(&meta))?;
        }
        Ok(names)
    }

    fn add(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let text = || meta.value()?.parse::<LitStr>();
        if meta.path.is_ident("rename_all") {
            let text = text()?;
            self.case = match text.value().as_str() {
                "PascalCase" => Case::Pascal,
                "camelCase" => Case::Camel,
                _ => return Err(Error::new_spanned(text, "no such case here")),
            };
        } else if meta.path.is_ident("rename") {
            self.rename = Some(text()?.value());
        } else if meta.path.is_ident("alias") {
            if self.alias.replace(text()?.value()).is_some() {
                return Err(meta.error("a field has one other name"));
            }
        } else if meta.path.is_ident("default") && !meta.input.peek(Token![=]) {
            self.default = true;
        } else if meta.path.is_ident("deny_unknown_fields") {
            self.strict = true;
        } else if meta.path.is_ident("skip_serializing_if") {
            text()?;
        } else {
            return Err(meta.error("means nothing to `Record`"));
        }
        Ok(())
    }
}

/// How the names of fields are written.
#[derive(Clone, Copy, Default)]
enum Case {
    #[default]
    Snake,
    Pascal,
    Camel,
}

impl Case {
    fn of(self, snake: &str) -> String {
        if matches!(self, Self::Snake) {
            return snake.to_owned();
        }
        let words = snake.split('_').enumerate();
        words
            .map(|(index, word)| {
                let mut letters = word.chars();
                let first = letters.next().filter(|_| index > 0 || matches!(self, Self::Pascal));
                match first {
                    Some(first) => first.to_uppercase().chain(letters).collect(),
                    None => word.to_owned(),
                }
            })
            .collect()
    }
}

fn is_option(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "Option")
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn refused(input: &DeriveInput) -> String {
        expand(input).err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn what_it_cannot_keep_does_not_compile() {
        assert_eq!(
            refused(&parse_quote!(
                struct Sound {
                    field: Option<String>,
                }
            )),
            ""
        );
        for (input, message) in [
            (
                parse_quote!(
                    enum E {
                        A,
                    }
                ),
                "only a struct is a record",
            ),
            (
                parse_quote!(
                    struct S(String);
                ),
                "a record's fields have names",
            ),
            (
                parse_quote!(
                    struct S<T> {
                        field: T,
                    }
                ),
                "a record is one type",
            ),
            (
                parse_quote!(
                    #[serde(rename_all = "kebab-case")]
                    struct S {
                        a: bool,
                    }
                ),
                "no such case here",
            ),
            (
                parse_quote!(
                    struct S {
                        #[serde(alias = "b", alias = "c")]
                        a: bool,
                    }
                ),
                "a field has one other name",
            ),
            (
                parse_quote!(
                    #[serde(transparent)]
                    struct S {
                        a: bool,
                    }
                ),
                "means nothing to `Record`",
            ),
            (
                parse_quote!(
                    struct S {
                        #[serde(default = "seven")]
                        a: i32,
                    }
                ),
                "means nothing to `Record`",
            ),
        ] {
            assert_eq!(refused(&input), message);
        }
        let fields = (0..65).map(|n| quote::format_ident!("f{n}"));
        let many: DeriveInput = parse_quote!(struct S { #(#fields: bool),* });
        assert_eq!(refused(&many), "a record has at most 64 fields");
    }
}
