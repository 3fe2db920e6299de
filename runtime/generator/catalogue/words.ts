/** Words of which the synthetic catalogue makes the names of its artists and songs. */
export const words = {
  adjectives: (
    'Amber Ashen Basalt Blue Brave Bright Broken Burning Calm Candid Cobalt Copper Crooked Dancing Distant Double ' +
    'Dusty Early Electric Empty Endless Faded Fearless Feral Final Frozen Gentle Ghostly Gilded Golden Hidden Hollow ' +
    'Honest Humming Idle Indigo Iron Ivory Late Lonely Lost Lucky Lunar Marble Mellow Midnight Neon Northern Open ' +
    'Paper Patient Quiet Rapid Restless Rising Rusted Sacred Salted Scarlet Secret Seventh Shallow Silent Silver ' +
    'Slow Southern Spare Stolen Strange Sudden Tender Thirsty Twin Velvet Violet Wandering Weightless Wild Winter Young'
  ).split(' '),
  nouns: (
    'Alibi Anchor Antenna Arcade Atlas Avenue Balcony Beacon Bicycle Bonfire Bridge Canyon Caravan Carousel Cinema ' +
    'City Comet Compass Corridor Coyote Crown Current Daybreak Delta Desert Diary Echo Elevator Ember Engine Falcon ' +
    'Feather Ferry Field Fountain Garden Gravity Harbor Harvest Heartbeat Highway Horizon Hotel Hour Island Jacket ' +
    'Kingdom Kite Lantern Lighthouse Machine Magnet Map Market Meadow Mirror Monsoon Moon Motel Mountain Needle Ocean ' +
    'Orchard Orbit Parade Passenger Pendulum Photograph Pilot Planet Porch Postcard Prairie Radio Railway Rain River ' +
    'Rocket Rooftop Satellite Season Shadow Signal Skyline Sparrow Staircase Station Storm Summer Sunday Telephone ' +
    'Thunder Tide Tower Train Tunnel Valley Voyage Wave Weather Wheel Wilderness Window Winter Wolf'
  ).split(' '),
  givenNames: (
    'Ada Alba Anouk Benno Carla Cato Cleo Dario Edda Elio Enzo Esme Fay Finn Greta Hugo Ida Ines Ivo Jonas Juno Kaia ' +
    'Lars Leda Lior Luca Mara Milo Nadia Nils Noor Odin Orla Otis Pia Quentin Rafa Remy Romy Rosa Saskia Selma Silas ' +
    'Sol Tessa Theo Uma Vera Wim Yara Zeno'
  ).split(' '),
  surnames: (
    'Abel Arden Bellamy Bergman Blackwood Calloway Castellan Darrow Delacroix Eastman Everhart Fairweather Falk Fontaine ' +
    'Gallant Greaves Halloran Hartwell Holloway Ibarra Jessup Kestrel Kingsley Lindqvist Lockhart Maddox Marlowe Merrick ' +
    'Nakamura Northcott Okafor Oyelaran Pellegrino Quill Ravenscroft Rosario Sandoval Sinclair Solberg Tamsin Thorne ' +
    'Underhill Valentin Vance Wexler Whitlock Yamada Zabriskie'
  ).split(' '),
  bands:
    'Band Choir Club Collective Ensemble Family Orchestra Parade Project Quartet Society Sound System Trio Union'.split(
      ' ',
    ),
  verbs: (
    'Asking Breaking Building Calling Carrying Chasing Counting Crossing Drawing Driving Falling Finding Following ' +
    'Forgetting Holding Keeping Leaving Listening Losing Missing Painting Reading Running Sailing Selling Shaking ' +
    'Singing Sleeping Spending Standing Stealing Turning Waiting Waking Walking Watching Writing'
  ).split(' '),
  moments: (
    'After the Rain|Again|Before Dawn|Beyond the Hill|by the Water|for Two|for You|from Here|in Colour|in Reverse|in the Dark|' +
    'Like Rain|Next Door|on the Line|on Fire|Once More|Out Loud|Over You|Tonight|Under Glass|Upstairs|with You|Without Me'
  ).split('|'),
} as const;
