//! What is true of the machine, and archives that lie about themselves.

mod machine;
mod transfer;
mod unpack;
mod unpack_shard;
