overview = Overview
open_data = Open data
planning = Planning
skip = Skip to content
main_navigation = Main navigation
language = Language
tagline = What the city is measuring

footer_about = Weather, traffic and bicycles, measured by the city's LoRaWAN sensors.
footer_interface = Interface (OpenAPI)
footer_things = All sites (GeoJSON)
footer_accounting = What became of messages (JSON)
footer_operator = Operated by

counted_once = { $n } messages, each counted exactly once
own_name = English

export_notice = Saved page, as of { $time }. The values do not change any more.
