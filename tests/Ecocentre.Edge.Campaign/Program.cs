using Ecocentre.Edge.Campaign;
using Ecocentre.Edge.Campaign.Rig;

// The whole chain as real processes under random faults; tests/campaign/run publishes the gateway and calls this.
if (args is [BuildingProcess.Role, .. var building]) return await BuildingProcess.RunAsync(building);
return CampaignOptions.Parse(args) is { } options ? await CampaignRun.GoAsync(options) : 2;
