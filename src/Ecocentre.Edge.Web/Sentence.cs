namespace Ecocentre.Edge.Web;

/// <summary>Something that answers say, in every language. <c>{0}</c> and so on stand for what is filled in, the same in each.</summary>
/// <param name="English">As it stands in answers.</param>
public sealed record Sentence(string English, string French);
