//! Samples of the pages of the room.

use sasae_test::contribute;

use crate::tests::samples::{POSTS, Samples, at};

contribute!(Samples::of("staff", |_| vec![at("/organisation", "/organisation", POSTS)]));
