//! What is compared: a round, a parcel's packaging, a site's energy, a carton's end.

use carbon::{Activity, Link};
use std::fmt;
use std::sync::Arc;

/// Something planned that then happens, or not. Rounds and parcels by the names that the plan gives them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// What a round used.
    Round(Arc<str>),
    /// What a parcel is wrapped in.
    Packaging(Arc<str>),
    /// What a site's building used, over the plan's days.
    Site(Arc<str>),
    /// What became of a parcel's carton.
    CartonEnd(Arc<str>),
    /// Whatever else a link did.
    Other(Link),
}

/// The parcel in the name of an activity: `new carton MIDDLE, parcel P20260714-00001`.
fn parcel(name: &str) -> Option<Arc<str>> {
    name.rsplit_once(", parcel ").map(|(_, parcel)| parcel.into())
}

impl Thing {
    /// The thing that an activity of the planner's books is of.
    pub fn of(activity: &Activity) -> Self {
        let other = || Self::Other(activity.link);
        match activity.link {
            Link::Transportation => activity.context.round.clone().map_or_else(other, Self::Round),
            Link::Packaging => parcel(&activity.name).map_or_else(other, Self::Packaging),
            Link::Warehousing => activity.context.site.clone().map_or_else(other, Self::Site),
            Link::Recycling => parcel(&activity.name).map_or_else(other, Self::CartonEnd),
            Link::Ordering => other(),
        }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Round(name) => write!(f, "round {name}"),
            Self::Packaging(name) => write!(f, "packaging of parcel {name}"),
            Self::Site(site) => write!(f, "energy of site {site}"),
            Self::CartonEnd(name) => write!(f, "carton of parcel {name}"),
            Self::Other(link) => write!(f, "other {link}"),
        }
    }
}
