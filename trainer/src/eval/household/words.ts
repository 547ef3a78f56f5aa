/** What a receptacle can do to an object that is held in front of it. */
export type Tool = 'clean' | 'heat' | 'cool' | 'light';

export interface ReceptacleType {
  preposition: 'in' | 'on';
  closable: boolean;
  tool: Tool | null;
}

export interface Room {
  name: string;
  /** Furniture that may stand there; a game takes a few, some of them twice. */
  furniture: readonly string[];
  /** Always there. */
  tools: readonly string[];
  light: string;
  /** Groups of objects that belong there. */
  groups: readonly ObjectGroup[];
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
    basin: { tool: 'clean', closable: false },
    washer: { tool: 'clean', closable: true },
    microwave: { tool: 'heat', closable: true },
    oven: { tool: 'heat', closable: true },
    heater: { tool: 'heat', closable: true },
    fridge: { tool: 'cool', closable: true },
    freezer: { tool: 'cool', closable: true },
    icebox: { tool: 'cool', closable: true },
  };

export const LIGHTS = words('lamp lantern torch spotlight');

export const OBJECTS = {
  food: words(`apple bread egg potato tomato cheese ham rice pasta pizza pie cake muffin bagel bacon sausage
    carrot onion pepper corn pumpkin peach pear plum lemon melon mango cherry`),
  drinks: words('milk juice cider cocoa coffee tea soup water broth lemonade'),
  dishes:
    words(`mug cup plate bowl fork knife spoon ladle pan pot kettle jar glass whisk spatula grater
    colander teapot saucer`),
  cloth:
    words(`towel sock shirt scarf glove blanket sheet pillow apron hat sweater jacket skirt rag curtain
    napkin`),
  bath: words('soap sponge brush comb razor shampoo toothbrush perfume lotion tissue mirror'),
  papers:
    words(`book pen pencil laptop phone watch key card letter folder stapler ruler scissors notebook
    magazine newspaper map globe stamp`),
  ornaments: words(
    'remote wallet clock vase statue camera radio coin ring necklace candle violin flute',
  ),
  hardware:
    words(`hammer wrench saw drill nail screw bolt rope tape chisel pliers shovel rake trowel ladder
    hook`),
  toys: words('doll ball puzzle kite drum robot teddy crayon block puppet whistle dice marble'),
  plants: words('rose tulip fern cactus seed bulb ivy orchid daisy'),
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
    tools: words('sink microwave fridge'),
    light: 'lamp',
    groups: ['food', 'drinks', 'dishes'],
  },
  {
    name: 'canteen',
    furniture: words('counter bench table rack cart cabinet locker crate pantry ledge'),
    tools: words('basin oven freezer'),
    light: 'spotlight',
    groups: ['food', 'drinks', 'dishes'],
  },
  {
    name: 'cabin',
    furniture: words('table bench cot shelf mantel chest trunk box basket cupboard'),
    tools: words('basin oven icebox'),
    light: 'lantern',
    groups: ['food', 'dishes', 'cloth', 'hardware'],
  },
  {
    name: 'bathroom',
    furniture: words('shelf rack stool ledge cabinet vanity hamper bin tub cupboard'),
    tools: words('sink heater'),
    light: 'lamp',
    groups: ['bath', 'cloth'],
  },
  {
    name: 'laundry',
    furniture: words('table shelf rack counter cupboard hamper basket bin locker closet'),
    tools: words('washer heater'),
    light: 'spotlight',
    groups: ['cloth', 'bath', 'toys'],
  },
  {
    name: 'bedroom',
    furniture: words('bed nightstand desk shelf armchair drawer dresser wardrobe closet suitcase'),
    tools: words('heater'),
    light: 'lamp',
    groups: ['cloth', 'papers', 'ornaments'],
  },
  {
    name: 'study',
    furniture: words('desk shelf sideboard armchair windowsill drawer cabinet safe bureau bin'),
    tools: words('icebox'),
    light: 'lamp',
    groups: ['papers', 'ornaments', 'drinks'],
  },
  {
    name: 'lounge',
    furniture: words('sofa couch ottoman sideboard mantel table cabinet drawer bureau basket'),
    tools: words('fridge heater'),
    light: 'torch',
    groups: ['ornaments', 'papers', 'drinks', 'toys'],
  },
  {
    name: 'nursery',
    furniture: words('cot shelf table windowsill armchair chest box drawer dresser basket'),
    tools: words('washer heater'),
    light: 'lantern',
    groups: ['toys', 'cloth'],
  },
  {
    name: 'workshop',
    furniture: words('bench rack shelf stool cart toolbox locker crate drawer bucket'),
    tools: words('sink oven freezer'),
    light: 'torch',
    groups: ['hardware', 'ornaments', 'plants'],
  },
  {
    name: 'greenhouse',
    furniture: words('bench table rack ledge cart crate bucket box trunk basket'),
    tools: words('basin icebox'),
    light: 'lantern',
    groups: ['plants', 'hardware', 'food'],
  },
];

/** What a receptacle of this name is like; null when there is no such receptacle. */
export function receptacleType(name: string): ReceptacleType | null {
  const tool = TOOLS[name];
  if (tool !== undefined) return { preposition: 'in', closable: tool.closable, tool: tool.tool };
  if (SURFACES.includes(name)) return { preposition: 'on', closable: false, tool: null };
  if (BASKETS.includes(name)) return { preposition: 'in', closable: false, tool: null };
  if (CLOSABLE.includes(name)) return { preposition: 'in', closable: true, tool: null };
  if (LIGHTS.includes(name)) return { preposition: 'on', closable: false, tool: 'light' };
  return null;
}
