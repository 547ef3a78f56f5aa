import { own } from '@deepcoder/vocabulary';
/** What a receptacle can do to an object that is held in front of it. */
export type Tool = 'clean' | 'heat' | 'cool' | 'light';

export interface ReceptacleType {
  preposition: 'in' | 'on';
  closable: boolean;
  tool: Tool | null;
}

export interface Room {
  name: string;
  /** Furniture that may stand there; a game takes a few. */
  furniture: readonly string[];
  /** Always there. */
  tools: readonly string[];
  light: string;
}

export type ObjectGroup = keyof typeof OBJECTS;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const SURFACES =
  words(`counter table shelf desk bed sofa armchair bench stool rack ledge mantel
  nightstand sideboard windowsill ottoman cart island couch cot`);

export const BASKETS = words('basket bin hamper bucket tub crate');

export const CLOSABLE =
  words(`cabinet drawer cupboard pantry wardrobe closet chest trunk box safe locker
  toolbox dresser bureau vanity suitcase`);

export const TOOLS: Readonly<Record<string, { tool: Exclude<Tool, 'light'>; closable: boolean }>> =
  {
    sink: { tool: 'clean', closable: false },
    heater: { tool: 'heat', closable: true },
    fridge: { tool: 'cool', closable: true },
  };

export const LIGHTS = words('lamp lantern torch spotlight');

export const OBJECTS = {
  food: words('apple loaf egg potato cheese carrot'),
  drinks: words('smoothie juice cider cocoa coffee tea'),
  dishes: words('mug plate bowl fork spoon kettle'),
  cloth: words('towel sock scarf glove blanket pillow'),
  bath: words('flannel sponge brush comb razor shampoo'),
  papers: words('book pen pencil key letter newspaper'),
  ornaments: words('wallet clock vase statue candle violin'),
  hardware: words('hammer wrench saw drill rope shovel'),
  toys: words('doll ball puzzle kite drum robot'),
  plants: words('rose tulip fern cactus ivy orchid'),
} as const;

/** The tools that can be used on a group of objects, besides light, which suits everything. */
export const SUITS: Readonly<Record<ObjectGroup, readonly Exclude<Tool, 'light'>[]>> = {
  food: ['clean', 'heat', 'cool'],
  drinks: ['heat', 'cool'],
  dishes: ['clean', 'heat', 'cool'],
  cloth: ['clean', 'heat'],
  bath: ['clean'],
  papers: [],
  ornaments: ['clean'],
  hardware: ['clean', 'heat', 'cool'],
  toys: ['clean'],
  plants: ['clean', 'cool'],
};

export const ROOMS: readonly Room[] = [
  {
    name: 'kitchen',
    furniture: words('counter table shelf island cabinet drawer cupboard pantry stool bin'),
    tools: words('sink heater fridge'),
    light: 'lamp',
  },
  {
    name: 'canteen',
    furniture: words('counter bench table rack cart cabinet locker crate pantry ledge'),
    tools: words('sink heater fridge'),
    light: 'spotlight',
  },
  {
    name: 'cabin',
    furniture: words('table bench cot shelf mantel chest trunk box basket cupboard'),
    tools: words('sink heater fridge'),
    light: 'lantern',
  },
  {
    name: 'bathroom',
    furniture: words('shelf rack stool ledge cabinet vanity hamper bin tub cupboard'),
    tools: words('sink heater'),
    light: 'lamp',
  },
  {
    name: 'laundry',
    furniture: words('table shelf rack counter cupboard hamper basket bin locker closet'),
    tools: words('sink heater'),
    light: 'spotlight',
  },
  {
    name: 'bedroom',
    furniture: words('bed nightstand desk shelf armchair drawer dresser wardrobe closet suitcase'),
    tools: words('heater'),
    light: 'lamp',
  },
  {
    name: 'study',
    furniture: words('desk shelf sideboard armchair windowsill drawer cabinet safe bureau bin'),
    tools: words('fridge'),
    light: 'lamp',
  },
  {
    name: 'lounge',
    furniture: words('sofa couch ottoman sideboard mantel table cabinet drawer bureau basket'),
    tools: words('fridge heater'),
    light: 'torch',
  },
  {
    name: 'nursery',
    furniture: words('cot shelf table windowsill armchair chest box drawer dresser basket'),
    tools: words('sink heater'),
    light: 'lantern',
  },
  {
    name: 'workshop',
    furniture: words('bench rack shelf stool cart toolbox locker crate drawer bucket'),
    tools: words('sink heater fridge'),
    light: 'torch',
  },
  {
    name: 'greenhouse',
    furniture: words('bench table rack ledge cart crate bucket box trunk basket'),
    tools: words('sink fridge'),
    light: 'lantern',
  },
];

/** What a receptacle of this name is like; null when there is no such receptacle. */
export function receptacleType(name: string): ReceptacleType | null {
  const tool = own(TOOLS, name);
  if (tool !== undefined) return { preposition: 'in', closable: tool.closable, tool: tool.tool };
  if (SURFACES.includes(name)) return { preposition: 'on', closable: false, tool: null };
  if (BASKETS.includes(name)) return { preposition: 'in', closable: false, tool: null };
  if (CLOSABLE.includes(name)) return { preposition: 'in', closable: true, tool: null };
  if (LIGHTS.includes(name)) return { preposition: 'on', closable: false, tool: 'light' };
  return null;
}

/** What a room looks like, for the first sight of it; nothing follows from it. */
export const SCENERY = {
  manner:
    words(`small large bright dark quiet warm cosy dusty tidy narrow airy plain old modern empty
    crowded shabby elegant rustic gloomy sunny chilly spacious humble cheerful stuffy polished cluttered
    charming peaceful`),
  weather: words(`rainy windy foggy snowy stormy cloudy clear misty frosty humid mild hot freezing
    breezy hazy damp dry stifling pleasant grey`),
  time: words(`morning noon afternoon evening night midnight dawn dusk Monday Tuesday Wednesday Thursday
    Friday Saturday Sunday spring summer autumn winter holiday`),
  colour:
    words(`white black red green blue yellow orange purple pink brown beige turquoise violet crimson
    scarlet ivory silver golden copper bronze olive teal navy indigo maroon lilac amber ochre mint
    charcoal`),
  material:
    words(`oak pine walnut maple birch marble granite slate brick concrete tile linoleum cork
    bamboo steel leather stone clay carpet parquet laminate gravel mosaic plaster terracotta rubber
    cherry cedar ebony sandstone`),
} as const;
