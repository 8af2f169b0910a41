use std::fs;

use crate::Outcome;
use crate::args::{AnonymizeArgs, SecretArgs};
use crate::error::Failure;

pub(crate) fn run(args: &AnonymizeArgs) -> Result<Outcome, Failure> {
    let secret = secret(&args.secret)?;
    reach_aws::anonymize::anonymize(&args.snapshot, &args.out, &secret)?;
    Ok(Outcome::Fine)
}

/// The one that is kept, or a new one.
pub(crate) fn secret(args: &SecretArgs) -> Result<Vec<u8>, Failure> {
    match &args.key_file {
        Some(path) => fs::read(path).map_err(|source| Failure::File { path: path.clone(), source }),
        None => {
            let mut secret = vec![0; 32];
            getrandom::fill(&mut secret).map_err(Failure::Random)?;
            Ok(secret)
        }
    }
}
