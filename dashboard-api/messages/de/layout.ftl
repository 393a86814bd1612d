overview = Übersicht
open_data = Offene Daten
planning = Planung
skip = Zum Inhalt
main_navigation = Hauptnavigation
language = Sprache
tagline = Was die Stadt gerade misst

footer_about = Wetter, Verkehr und Fahrräder, gemessen von LoRaWAN-Sensoren der Stadt.
footer_interface = Schnittstelle (OpenAPI)
footer_things = Alle Standorte (GeoJSON)
footer_accounting = Verbleib der Nachrichten (JSON)
footer_operator = Betrieb

# $n (Number): messages
counted_once = { $n } Nachrichten, jede genau einmal gezählt
own_name = Deutsch

# $time (String): when the pages were saved
export_notice = Gespeicherte Seite, Stand { $time }. Die Werte ändern sich nicht mehr.
