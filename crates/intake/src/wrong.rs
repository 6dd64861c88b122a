//! What can be wrong with a value, and the mend.

use std::fmt;

/// From the least to the most that a number may be, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.least, self.most)
    }
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Wrong {
    /// Nothing, where a value is needed.
    #[error("empty")]
    Empty,
    /// A name with a `;`, which joins names in the files that come out, or a control character.
    #[error("not a name")]
    NotAName,
    /// Not an RFC 3339 date and time.
    #[error("not a date and time")]
    NotATime,
    /// A date and time that does not say its offset from UTC.
    #[error("has no offset from UTC")]
    Naive,
    /// Before 1970 or after 2199.
    #[error("not in the years 1970 to 2199")]
    Year,
    /// Not digits with a point.
    #[error("not a number")]
    NotANumber,
    /// NaN or infinite.
    #[error("not a finite number")]
    NotFinite,
    /// With a fraction.
    #[error("not a whole number")]
    NotWhole(Span),
    /// Below zero, where nothing is.
    #[error("negative")]
    Negative(Span),
    /// Zero, where there must be something.
    #[error("zero")]
    Zero(Span),
    /// Below the least.
    #[error("too small")]
    TooSmall(Span),
    /// Above the most.
    #[error("too large")]
    TooLarge(Span),
    /// The pieces of one product in one order, added up, are above the most.
    #[error("too many, with the rows of the same order and sku before")]
    TooManyTogether(Span),
    /// More pieces in an order than the span holds.
    #[error("too many, with the rows of the same order before")]
    TooManyInOrder(Span),
    /// Not a year and a month.
    #[error("not a month")]
    NotAMonth,
    /// Beyond a pole.
    #[error("not a latitude")]
    Latitude,
    /// Beyond the date line.
    #[error("not a longitude")]
    Longitude,
    /// Not yes or no.
    #[error("not yes or no")]
    NotATruth,
    /// None of the words that are known here.
    #[error("unknown")]
    NotOneOf(&'static [&'static str]),
    /// `own`, which the files that come out write for a parcel without a carton.
    #[error("stands for a product's own package")]
    Reserved,
    /// Not hours of a day, the first before the second.
    #[error("not a slot")]
    NotASlot,
    /// Not a way of delivery.
    #[error("unknown option")]
    NotAnOption,
    /// A reference to something that no file lists.
    #[error("no such {thing} in {file}")]
    NoSuch {
        /// What is looked for: `sku`, `site`.
        thing: &'static str,
        /// Where it would be listed.
        file: String,
    },
    /// Something that may be only once.
    #[error("the same as in row {row}")]
    Duplicate {
        /// Where it was first.
        row: u64,
    },
    /// A promise that ends before the order is placed.
    #[error("before placed_at")]
    BeforePlaced,
    /// An order of nothing.
    #[error("has no row in {file}")]
    NoItems {
        /// Where its rows would be.
        file: String,
    },
    /// Less consumption with a load than without.
    #[error("less than when empty, {empty}")]
    FullBelowEmpty {
        /// Consumption when empty.
        empty: f64,
    },
    /// An electric vehicle of which neither battery nor range is known.
    #[error("an electric vehicle has a battery or a range")]
    NoRange,
    /// A vehicle of the ordinary way that no site has.
    #[error("no such vehicle_type in {file}")]
    NoSuchVehicle {
        /// Where it would be listed.
        file: String,
        /// Those that are listed.
        known: String,
    },
    /// A number or truth in quotes.
    #[error("written as text")]
    Quoted,
    /// A setting that is no text.
    #[error("not text")]
    NotText,
    /// A setting that is not `true` or `false`.
    #[error("not true or false")]
    NotTrueOrFalse,
    /// A setting that is no time of day.
    #[error("not a time of day")]
    NotAClock,
    /// A key that should head a section.
    #[error("not a section")]
    NotASection {
        /// Its name.
        name: &'static str,
    },
    /// Not keys with values.
    #[error("not a table")]
    NotATable,
    /// A bag of an id that is another bag elsewhere.
    #[error("another bag of that id is different")]
    OtherBag,
    /// Not tables of one heading.
    #[error("not a list of tables")]
    NotTables {
        /// The heading.
        key: &'static str,
    },
    /// Not a list of texts, or of lists of them.
    #[error("not such a list")]
    NotAList {
        /// One as it is written.
        example: &'static str,
    },
    /// Not a whole number of zero or more.
    #[error("not a seed")]
    NotASeed,
    /// Not an ISO 4217 code.
    #[error("not a currency code")]
    NotACurrency,
    /// Not an ISO 3166-1 alpha-2 code.
    #[error("not a country code")]
    NotACountry,
    /// Not a name of the IANA database.
    #[error("not a time zone")]
    NotAZone,
}

impl Wrong {
    /// What to do about it, as a sentence.
    pub fn mend(&self) -> String {
        let text = match self {
            Self::Empty => "Give a value in every row.",
            Self::NotAName => "Leave out `;` and control characters.",
            Self::NotATime => "Write it as 2017-11-24T18:00:00-03:00.",
            Self::Naive => "Add it, as in 2017-11-24T18:00:00-03:00.",
            Self::Year => "Correct the year.",
            Self::NotANumber => "Write digits with a point, such as 12.5.",
            Self::NotFinite => "Write a finite number, such as 12.5.",
            Self::NotWhole(span) => return format!("Write a whole number from {span}."),
            Self::Negative(span)
            | Self::Zero(span)
            | Self::TooSmall(span)
            | Self::TooLarge(span) => {
                return format!("Write a number from {span}.");
            }
            Self::TooManyTogether(span) | Self::TooManyInOrder(span) => {
                return format!("The most is {}: split the order.", span.most);
            }
            Self::NotAMonth => "Write a year and a month, as in 2017-01.",
            Self::Latitude => "Write degrees from -90 to 90, north positive.",
            Self::Longitude => "Write degrees from -180 to 180, east positive.",
            Self::NotATruth => "Write 1, true, yes, 0, false or no, or leave it empty.",
            Self::NotOneOf(known) => return format!("Write one of {}.", known.join(", ")),
            Self::Reserved => "Rename it.",
            Self::NotASlot => "Write slot:HH-HH from before until, hours 0 to 24.",
            Self::NotAnOption => {
                "Write one of standard, door, green, station, station:ID, slot:HH-HH."
            }
            Self::NoSuch { .. } => "Add it there or correct it here.",
            Self::Duplicate { .. } => "Remove or rename one of the two.",
            Self::BeforePlaced => "Correct one of the two.",
            Self::NoItems { .. } => "Add one there, or remove the order.",
            Self::FullBelowEmpty { .. } => "Write as much or more.",
            Self::NoRange => "Give battery_kwh or range_km.",
            Self::NoSuchVehicle { known, .. } => {
                return format!("Write one of {known} as vehicle_type under [baseline].");
            }
            Self::Quoted => "Write it without quotes.",
            Self::NotText => "Write it in quotes.",
            Self::NotTrueOrFalse => "Write true or false, without quotes.",
            Self::NotAClock => "Write \"00:00\" to \"23:59\", in quotes.",
            Self::NotASection { name } => return format!("Write its keys under [{name}]."),
            Self::OtherBag => "Give both the same values, or one another id.",
            Self::NotATable => "Write its keys and values in braces.",
            Self::NotTables { key } => return format!("Write each under [[{key}]]."),
            Self::NotAList { example } => return format!("Write it as {example}."),
            Self::NotASeed => "Write a whole number, zero or more.",
            Self::NotACurrency => "Write three capital letters of ISO 4217, such as \"BRL\".",
            Self::NotACountry => "Write two capital letters of ISO 3166-1, such as \"BR\".",
            Self::NotAZone => "Write a name of the IANA list, such as \"America/Sao_Paulo\".",
        };
        text.into()
    }
}
