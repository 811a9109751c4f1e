using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace EtcdAdmin.Reports.Markup;

/// <summary>Elements of HTML and SVG. Texts are escaped by the library that writes them, so nothing that a cluster says becomes markup.</summary>
internal static class Html
{
    /// <summary>An element. Strings are texts, attributes and elements are themselves, sequences are their parts.</summary>
    public static XElement Of(string name, params object?[] content)
    {
        var element = new XElement(name, content.Select(Clean));
        // "<div/>" opens a div in HTML; "<div></div>" is closed.
        if (element.IsEmpty && !IsVoid(name)) element.Add("");
        return element;
    }

    /// <summary>An attribute. Numbers are written as SVG reads them.</summary>
    public static XAttribute Attr(string name, object value) => new(name, value switch
    {
        double number => number.ToString("0.##", CultureInfo.InvariantCulture),
        string text => Printable(text),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    });

    /// <summary>A table in its own scrolling area, so that a wide one does not widen the page.</summary>
    public static XElement Table(IEnumerable<string> heads, IEnumerable<IEnumerable<object?>> rows) => Of("div", Attr("class", "scroll"), Of("table",
        Of("thead", Of("tr", heads.Select(head => Of("th", Attr("scope", "col"), head)))),
        Of("tbody", rows.Select(row => Of("tr", row.Select(cell => Of("td", cell)))))));

    /// <summary>The document as bytes.</summary>
    public static byte[] Write(XElement html)
    {
        var text = new StringBuilder("<!DOCTYPE html>\n");
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, ConformanceLevel = ConformanceLevel.Fragment }))
            html.WriteTo(writer);
        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    private static bool IsVoid(string name) => name is "meta" or "br" or "rect" or "line" or "path";

    private static object? Clean(object? content) => content switch
    {
        string text => Printable(text),
        IEnumerable<XElement> elements => elements,
        _ => content,
    };

    // XML has no way to write most control characters, and a browser shows none of them.
    private static string Printable(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) && c is not '\n' ? ' ' : char.IsSurrogate(c) || XmlConvert.IsXmlChar(c) ? c : ' '));
}
