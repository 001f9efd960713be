//! Features of a change that go by name: one table for whoever measures them, fits weights to them, or asks trees.

/// Declares an enumeration of features, each with the name that files of weights call it by, and the values of all of them.
///
/// ```
/// unspin_core::features! {
///     /// What is known of a change.
///     pub enum Feature;
///     /// The values.
///     pub struct Features;
///     /// Always 1.
///     One = "one",
///     /// Log odds.
///     Posterior = "posterior, log odds",
/// }
/// let mut features = Features::default();
/// features[Feature::Posterior] = 2.5;
/// assert_eq!(features.values(), &[0.0, 2.5]);
/// assert_eq!(Feature::named("posterior, log odds"), Some(Feature::Posterior));
/// assert_eq!(Feature::Posterior.name(), "posterior, log odds");
/// ```
#[macro_export]
macro_rules! features {
    (
        $(#[$feature_doc:meta])+ pub enum $Feature:ident;
        $(#[$features_doc:meta])+ pub struct $Features:ident;
        $($(#[$doc:meta])+ $feature:ident = $name:literal,)+
    ) => {
        $(#[$feature_doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $Feature {
            $($(#[$doc])+ $feature,)+
        }

        impl $Feature {
            /// How many features there are.
            pub const COUNT: usize = [$($name),+].len();
            /// All features, in the order of their numbers.
            pub const ALL: [$Feature; $Feature::COUNT] = [$($Feature::$feature),+];

            /// The name in the file of weights.
            pub fn name(self) -> &'static str {
                match self {
                    $($Feature::$feature => $name,)+
                }
            }

            /// The feature of a name.
            pub fn named(name: &str) -> Option<$Feature> {
                $Feature::ALL.into_iter().find(|feature| feature.name() == name)
            }
        }

        $(#[$features_doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $Features([f32; $Feature::COUNT]);

        impl $Features {
            /// The values, in the order of the features' numbers.
            pub fn values(&self) -> &[f32; $Feature::COUNT] {
                &self.0
            }
        }

        impl ::std::ops::Index<$Feature> for $Features {
            type Output = f32;

            #[inline]
            fn index(&self, feature: $Feature) -> &f32 {
                &self.0[feature as usize]
            }
        }

        impl ::std::ops::IndexMut<$Feature> for $Features {
            #[inline]
            fn index_mut(&mut self, feature: $Feature) -> &mut f32 {
                &mut self.0[feature as usize]
            }
        }
    };
}
