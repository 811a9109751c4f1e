using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EtcdAdmin.HelpWriter;

/// <summary>The XML comments that the compiler has collected.</summary>
internal sealed partial class Comments(params XDocument[] documents)
{
    private readonly Dictionary<string, XElement> _members = documents.SelectMany(document => document.Descendants("member"))
        .ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal); // each member has a name

    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>The requested members that have no summary.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    public string Summary(Type type) => Summary("T:" + type.FullName);

    public string Summary(PropertyInfo property) => Summary($"P:{NameOf(property.DeclaringType!)}.{property.Name}");

    public string Summary(FieldInfo field) => Summary($"F:{NameOf(field.DeclaringType!)}.{field.Name}");

    // Comments are about the generic type, and not about its uses.
    private static string? NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName;

    /// <summary>The summary of a type, which may be from another library; empty if it has none.</summary>
    public string OfAny(Type type) => Text(_members.GetValueOrDefault("T:" + type.FullName)?.Element("summary"));

    public IReadOnlyList<(string Code, string Remark)> Examples(Type type) =>
        !_members.TryGetValue("T:" + type.FullName, out XElement? member) ? []
        : [.. member.Elements("example").Select(example => (example.Element("code")?.Value.Trim() ?? "", Text(example.Element("para"))))];

    private string Summary(string name)
    {
        string text = Text(_members.GetValueOrDefault(name)?.Element("summary"));
        if (text.Length == 0) _missing.Add(name);
        return text;
    }

    private static string Text(XElement? element) => element is null ? "" : Spaces().Replace(element.Value, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
