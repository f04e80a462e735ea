using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Commands;

/// <summary><c>token add|list|revoke --site FILE</c>: who may ask over HTTP. A running gateway sees the change within a second.</summary>
internal static class TokenCommand
{
    internal static Command Build(Terminal terminal) => new("token", "Make, list and revoke the tokens that HTTP clients send.")
    {
        Add(terminal), List(terminal), Revoke(terminal),
    };

    private static Command Add(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var role = new Option<string>("--role") { Description = "viewer, booking, auditor or admin.", Required = true };
        role.AcceptOnlyFromAmong([.. TokenFile.Words.Keys]);
        var days = new Option<int?>("--days") { Description = "Refused after so many days; it does not run out otherwise." };
        var name = new Argument<string>("NAME") { Description = "Who will bear it, for people: \"booking system\"." };
        var command = new Command("add", "Make a token and print it, once: only its hash is kept.") { site, models, json, role, days, name };
        command.SetAction(parsed => With(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal, path =>
        {
            if (parsed.GetValue(days) is < 1 or > 36_500) throw new CannotRunException("--days is not possible. Write 1 to 36500.");
            var now = Instant.From(terminal.Time.GetUtcNow());
            var expires = parsed.GetValue(days) is { } count ? now + TimeSpan.FromDays(count) : (Instant?)null;
            var (token, bearer) = ("", parsed.GetRequiredValue(name));
            var made = TokenEntry.Make(bearer, TokenFile.Words[parsed.GetRequiredValue(role)], now, expires, out token);
            TokenFile.Change(path, tokens => tokens.Add(made));
            if (parsed.GetValue(json)) terminal.WriteJson(new { id = made.Id, name = made.Name, token, expires = made.Expires?.ToString() });
            else
            {
                terminal.Errors.WriteLine($"Token {made.Id} for {bearer}; it is not shown again. Send it as: Authorization: Bearer …");
                terminal.Output.WriteLine(token);
            }
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var command = new Command("list", "List all tokens, when each was last used, and those that are good no more.") { site, models, json };
        command.SetAction(parsed => With(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal, path =>
        {
            var (tokens, uses, now) = (TokenFile.Read(path), TokenFile.ReadUses(path), Instant.From(terminal.Time.GetUtcNow()));
            var lines = tokens.Select(token => new
            {
                id = token.Id, name = token.Name, role = TokenFile.Words.First(word => word.Value == token.Role).Key,
                state = token.Revoked is not null ? "revoked" : token.IsGoodAt(now) ? "good" : "expired", created = token.Created.ToString(),
                expires = token.Expires?.ToString(), revoked = token.Revoked?.ToString(),
                lastUsed = uses.TryGetValue(token.Id, out var at) ? at.ToString() : null,
            }).ToArray();
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(lines);
                return ExitCode.Ok;
            }
            var table = new TextTable("id", "name", "role", "state", "created", "expires", "last used");
            foreach (var line in lines) table.Add(line.id, line.name, line.role, line.state, line.created, line.expires ?? "", line.lastUsed ?? "never");
            terminal.Output.Write(table);
            if (lines.Length == 0)
                terminal.Errors.WriteLine($"There are no tokens in {path}: over loopback anybody on this machine is a viewer, nobody else is let in.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Revoke(Terminal terminal)
    {
        var (site, models) = (SiteArgument.Site(), SiteArgument.Models());
        var id = new Argument<string>("ID") { Description = "Its id, from `token list`; also the eight digits inside the token." };
        var command = new Command("revoke", "Revoke a token: it is refused from now on, and its streams end.") { site, models, id };
        command.SetAction(parsed => With(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal, path =>
        {
            var (wanted, now) = (parsed.GetRequiredValue(id), Instant.From(terminal.Time.GetUtcNow()));
            var known = TokenFile.Read(path).FirstOrDefault(token => token.Id == wanted);
            if (known is null) throw new CannotRunException($"There is no token \"{wanted}\" in {path}. `ecocentre-edge token list` shows all.");
            if (known.Revoked is { } before)
            {
                terminal.Errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Token {wanted} is revoked since {before}."));
                return ExitCode.Ok;
            }
            TokenFile.Change(path, tokens => [.. tokens.Select(token => token.Id == wanted ? token with { Revoked = now } : token)]);
            terminal.Errors.WriteLine($"Token {wanted} of {known.Name} is revoked.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static int With(string file, string? models, Terminal terminal, Func<string, int> work)
    {
        if (SiteArgument.Load(file, models, terminal.Errors) is not { } site) return ExitCode.FoundWrong;
        try
        {
            return work(site.Http?.TokensFile ?? HttpPlaces.UsualTokensFile(site.LogPath));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException(e.Message, e);
        }
    }
}
