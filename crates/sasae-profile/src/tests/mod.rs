//! The shipped profiles against facts of their sources; broken files against
//! the places where they break.

mod broken;
mod shipped;
mod times;
