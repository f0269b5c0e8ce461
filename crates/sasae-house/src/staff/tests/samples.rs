//! Samples of the pages of the room.

use sasae_test::part;

use crate::tests::samples::{POSTS, Samples, at};

part!(Samples::of("staff", |_| vec![at("/organisation", "/organisation", POSTS)]));
