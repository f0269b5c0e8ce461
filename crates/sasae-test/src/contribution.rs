//! Contributions to a test that stand in many folders: each registers its own where it stands, and the test
//! asks for all of a type.

use std::any::Any;

use sasae_db::linkme;

/// Something that [`contribute!`](crate::contribute) has registered.
#[doc(hidden)]
pub type Contribution = fn() -> &'static (dyn Any + Send + Sync);

#[doc(hidden)]
#[linkme::distributed_slice]
#[linkme(crate = linkme)]
pub static CONTRIBUTIONS: [Contribution];

/// All contributions of a type that the program of tests was linked with, in no order.
pub fn contributions<T: Any>() -> impl Iterator<Item = &'static T> {
    CONTRIBUTIONS.iter().filter_map(|one| one().downcast_ref())
}

/// Registers a value for the tests that ask for all [`contributions`] of its type.
///
/// ```
/// struct Word(&'static str);
///
/// sasae_test::contribute!(Word("one"));
/// sasae_test::contribute!(Word("two"));
///
/// assert_eq!(sasae_test::contributions::<Word>().map(|word| word.0.len()).sum::<usize>(), 6);
/// ```
#[macro_export]
macro_rules! contribute {
    ($value:expr) => {
        const _: () = {
            #[$crate::linkme::distributed_slice($crate::CONTRIBUTIONS)]
            #[linkme(crate = $crate::linkme)]
            static CONTRIBUTION: $crate::Contribution = || {
                static VALUE: ::std::sync::LazyLock<::std::boxed::Box<dyn ::std::any::Any + Send + Sync>> =
                    ::std::sync::LazyLock::new(|| ::std::boxed::Box::new($value));
                &**VALUE
            };
        };
    };
}
