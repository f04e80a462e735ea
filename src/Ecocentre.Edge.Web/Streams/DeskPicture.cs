using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Web.Answers;

namespace Ecocentre.Edge.Web.Streams;

/// <summary>All desks as they are now, written once for each change of the picture however many ask.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class DeskPicture(CentreView view)
{
    private volatile Drawn? _newest;

    /// <summary>The picture of now and the sequence it shows.</summary>
    internal (Representation Content, long Sequence) Now
    {
        get
        {
            var snapshot = view.Latest();
            // Same array, same desks: a snapshot takes over what has not changed.
            if (_newest is { } newest && newest.Desks == snapshot.Desks && newest.Sequence == snapshot.DeskSequence)
                return (newest.Content, newest.Sequence);
            var drawn = new Drawn(snapshot.Desks, snapshot.DeskSequence, Draw(snapshot, static _ => true));
            _newest = drawn;
            return (drawn.Content, drawn.Sequence);
        }
    }

    /// <summary>Those of the desks that are wanted.</summary>
    internal Representation Of(Func<DeskStatus, bool> wanted) => Draw(view.Latest(), wanted);

    /// <summary><c>{"zone","sequence","desks":[…]}</c>: the changes after the sequence lead on from this picture.</summary>
    private Representation Draw(Snapshot snapshot, Func<DeskStatus, bool> wanted) => Representation.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("zone", view.Zone);
        json.WriteNumber("sequence", snapshot.DeskSequence);
        json.WriteStartArray("desks");
        foreach (var status in snapshot.Desks)
            if (wanted(status)) DeskJson.Write(json, view.Desks[status.Desk], status);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private sealed record Drawn(ImmutableArray<DeskStatus> Desks, long Sequence, Representation Content);
}
