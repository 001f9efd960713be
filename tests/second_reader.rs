//! A second reader: what it is asked, and what its answers do.

use std::sync::{Arc, Mutex};

use unspin::{Place, SecondReader, Unspin};

const SPUN: &str = include_str!("articles/harbour.spun.txt");
const CLEAN: &str = include_str!("articles/harbour.original.txt");

/// Answers by a rule, and remembers what it was asked.
struct Toy<A> {
    answer: A,
    asked: Mutex<Vec<Place>>,
}

impl<A: Fn(&Place) -> Vec<f32> + Send + Sync> SecondReader for Toy<A> {
    fn version(&self) -> String {
        "toy".to_string()
    }

    fn read(&self, places: &[Place]) -> Vec<Vec<f32>> {
        self.asked.lock().unwrap().extend_from_slice(places);
        places.iter().map(&self.answer).collect()
    }
}

/// A restorer with a reader that answers so, and the reader.
fn restorer<A: Fn(&Place) -> Vec<f32> + Send + Sync + 'static>(answer: A) -> (Unspin, Arc<Toy<A>>) {
    let toy = Arc::new(Toy { answer, asked: Mutex::default() });
    (Unspin::builder().second_reader(toy.clone()).build().unwrap(), toy)
}

/// What stands there is better, or worse, than all else by so many nats.
fn against_all(nats: f32) -> impl Fn(&Place) -> Vec<f32> {
    move |place| (0..place.wordings.len()).map(|n| if n == 0 { 0.0 } else { nats - n as f32 / 8.0 }).collect()
}

#[test]
fn answers_decide_what_is_in_doubt() {
    let edits = |unspin: &Unspin| unspin.restore(SPUN).edits().len();
    let alone = edits(&Unspin::new());
    let (against, for_all) = (edits(&restorer(against_all(-12.0)).0), edits(&restorer(against_all(12.0)).0));
    // What is sure is made, whatever a reader says.
    assert!(0 < against && against + 3 <= alone && alone + 3 <= for_all, "{against} {alone} {for_all}");
}

#[test]
fn places_are_asked_about_as_they_would_be_read() {
    let (unspin, toy) = restorer(against_all(0.5));
    unspin.restore(SPUN);
    let asked = toy.asked.lock().unwrap();
    assert!(asked.len() > 20);
    for place in asked.iter() {
        let Place { left, wordings, right, .. } = place;
        assert!(wordings.len() > 1 && left.len() < 700, "{place:?}");
        assert!(!left.contains('\n') && !right.contains('\n'), "{place:?}");
        assert!(right.trim().split(' ').count() <= 4, "{place:?}");
        let different: std::collections::HashSet<_> = wordings.iter().collect();
        assert_eq!(different.len(), wordings.len(), "{place:?}");
    }
    // The neighbours of some are restored, and no place is asked about twice.
    assert!(asked.iter().any(|place| !SPUN.contains(&place.left)));
    assert_eq!(asked.iter().collect::<std::collections::HashSet<_>>().len(), asked.len());
}

#[test]
fn clean_text_is_not_asked_about() {
    let (unspin, toy) = restorer(against_all(12.0));
    assert_eq!(unspin.restore(CLEAN).text(), CLEAN);
    assert!(toy.asked.lock().unwrap().is_empty());
}

#[test]
fn restoring_what_is_restored_changes_nothing() {
    for nats in [-12.0, -1.0, 1.0, 12.0] {
        let (unspin, _) = restorer(against_all(nats));
        let restored = unspin.restore(SPUN).into_owned();
        assert_eq!(unspin.restore(restored.text()).text(), restored.text());
    }
}

#[test]
fn who_gives_no_answer_changes_nothing() {
    let alone = Unspin::new().restore(SPUN).edits().to_vec();
    let none = restorer(|_: &Place| Vec::new()).0;
    let short = restorer(|place: &Place| vec![1.0; place.wordings.len() - 1]).0;
    let no_numbers = restorer(|place: &Place| vec![f32::NAN; place.wordings.len()]).0;
    for unspin in [none, short, no_numbers] {
        assert_eq!(unspin.restore(SPUN).edits(), alone);
    }
    /// Answers about nothing at all.
    struct Silent;
    impl SecondReader for Silent {
        fn version(&self) -> String {
            "silent".to_string()
        }
        fn read(&self, _: &[Place]) -> Vec<Vec<f32>> {
            Vec::new()
        }
    }
    let silent = Unspin::builder().second_reader(Silent).build().unwrap();
    assert_eq!(silent.restore(SPUN).edits(), alone);
    // The version names who was asked.
    assert!(silent.version().starts_with(unspin::VERSION) && silent.version().contains(" reader "));
    assert_ne!(silent.version(), restorer(|_: &Place| Vec::new()).0.version());
}
