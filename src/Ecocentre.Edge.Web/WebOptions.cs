using System.Net;

namespace Ecocentre.Edge.Web;

/// <summary>Where the gateway answers HTTP.</summary>
/// <param name="Listen">Address and port; loopback unless the site says otherwise. Port 0 takes a free one.</param>
public sealed record WebOptions(IPEndPoint Listen);
