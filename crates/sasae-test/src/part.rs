//! Parts of a test that stand in many folders: each registers its own where it stands, and the test
//! asks for all of a type.

use std::any::Any;

use sasae_db::linkme;

/// Something that [`part!`](crate::part) has registered.
#[doc(hidden)]
pub type Part = fn() -> &'static (dyn Any + Send + Sync);

#[doc(hidden)]
#[linkme::distributed_slice]
#[linkme(crate = linkme)]
pub static PARTS: [Part];

/// All parts of a type that the program of tests was linked with, in no order.
pub fn parts<T: Any>() -> impl Iterator<Item = &'static T> {
    PARTS.iter().filter_map(|part| part().downcast_ref())
}

/// Registers a value for the tests that ask for all [`parts`] of its type.
///
/// ```
/// struct Word(&'static str);
///
/// sasae_test::part!(Word("one"));
/// sasae_test::part!(Word("two"));
///
/// assert_eq!(sasae_test::parts::<Word>().map(|word| word.0.len()).sum::<usize>(), 6);
/// ```
#[macro_export]
macro_rules! part {
    ($value:expr) => {
        const _: () = {
            #[$crate::linkme::distributed_slice($crate::PARTS)]
            #[linkme(crate = $crate::linkme)]
            static PART: $crate::Part = || {
                static VALUE: ::std::sync::LazyLock<::std::boxed::Box<dyn ::std::any::Any + Send + Sync>> =
                    ::std::sync::LazyLock::new(|| ::std::boxed::Box::new($value));
                &**VALUE
            };
        };
    };
}
