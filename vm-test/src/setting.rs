// SPDX-License-Identifier: BSD-2-Clause
//! What a person sets by an option or by an environment variable; the option counts more.

use clap::ValueEnum;

use crate::error::Error;
use crate::variable::set;

/// One of several names.
pub fn named<T: ValueEnum>(option: Option<T>, variable: &'static str) -> Result<Option<T>, Error> {
    take(option, variable, |text| {
        T::from_str(text, true).map_err(|_| {
            let names: Vec<String> = T::value_variants()
                .iter()
                .filter_map(|one| Some(one.to_possible_value()?.get_name().to_owned()))
                .collect();
            names.join(" or ")
        })
    })
}

/// A number that is not 0.
pub fn number(option: Option<u32>, variable: &'static str) -> Result<Option<u32>, Error> {
    take(option, variable, |text| match text.parse() {
        Ok(0) | Err(_) => Err("a whole number, 1 or more".to_owned()),
        Ok(number) => Ok(number),
    })
}

fn take<T>(
    option: Option<T>,
    variable: &'static str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, Error> {
    if option.is_some() {
        return Ok(option);
    }
    let Some(value) = set(variable) else {
        return Ok(None);
    };
    let value = value.to_string_lossy().into_owned();
    match read(&value) {
        Ok(value) => Ok(Some(value)),
        Err(wanted) => Err(Error::Setting {
            variable,
            value,
            wanted,
        }),
    }
}
