import type { Config } from '../../config/schema.ts';

export type VoiceConnectorDefinition = Config['voiceConnectors'][number];
export type Route = VoiceConnectorDefinition['origination']['routes'][number];
export type VoiceConnectorGroup = Config['voiceConnectorGroups'][number];
export type PhoneNumber = Config['phoneNumbers'][number];
export type TrunkSettings = Config['trunk'];
