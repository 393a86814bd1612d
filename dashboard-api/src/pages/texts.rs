//! Every text of the pages. The words are in `messages/LANGUAGE/AREA.ftl`, from which [`messages`] has a method each;
//! here is what chooses among them. Names of observed properties are in `domain`, numbers and times in
//! [`super::numbers`].

mod display;
mod messages;
mod phrases;
mod planning;

use domain::Lang;

/// The texts in one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts(pub(crate) Lang);

#[cfg(test)]
mod tests {
    use domain::ObservedProperty;

    use super::*;

    const DE: Texts = Texts(Lang::De);
    const EN: Texts = Texts(Lang::En);

    #[test]
    fn a_running_total_is_called_what_it_counts() {
        assert_eq!(DE.property(ObservedProperty::BicycleTotal), "Fahrräder");
        assert_eq!(EN.property(ObservedProperty::PrecipitationTotal), "Precipitation");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(DE.reporting(1u8, 1u8), "1 von 1 Zählstelle meldet");
        assert_eq!(DE.reporting(0u8, 8u8), "0 von 8 Zählstellen melden");
        assert_eq!(EN.reporting(1u8, 1u8), "1 of 1 counting site reporting");
        assert_eq!(DE.bicycles_today(Some(1)), "Fahrrad heute");
        assert_eq!(EN.bicycles_today(None), "bicycles today");
    }

    #[test]
    fn a_number_inside_a_text_has_the_marks_of_its_language() {
        assert_eq!(DE.counted_once(12_345u64), "12.345 Nachrichten, jede genau einmal gezählt");
        assert_eq!(EN.counted_once(12_345u64), "12,345 messages, each counted exactly once");
    }

    #[test]
    fn text_that_is_filled_in_is_taken_as_it_is() {
        assert_eq!(DE.stronger("{ $n } <b>"), "stärker: { $n } <b>");
    }
}
