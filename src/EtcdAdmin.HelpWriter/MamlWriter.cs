using System.Xml.Linq;

namespace EtcdAdmin.HelpWriter;

/// <summary>Writes the attributes and comments of a cmdlet in the format of PowerShell's help.</summary>
internal sealed class MamlWriter(Comments comments)
{
    public XElement Write(CmdletModel cmdlet, IEnumerable<CmdletModel> all)
    {
        string summary = comments.Summary(cmdlet.Type);
        return new XElement(Maml.Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml.Text.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "command", Maml.Command.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "dev", Maml.Dev.NamespaceName),
            new XElement(Maml.Command + "details",
                new XElement(Maml.Command + "name", cmdlet.Name),
                new XElement(Maml.Command + "verb", cmdlet.Verb),
                new XElement(Maml.Command + "noun", cmdlet.Noun),
                Maml.Description(FirstSentence(summary))),
            Maml.Description(summary),
            new XElement(Maml.Command + "syntax", cmdlet.Sets.Select(set => Syntax(cmdlet, set))),
            new XElement(Maml.Command + "parameters",
                cmdlet.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal).Select(parameter =>
                    Parameter(parameter, parameter.Uses[0])),
                Asking(cmdlet)),
            new XElement(Maml.Command
                + "inputTypes", OrNone(InputModel.From(cmdlet).Select(input => Typed("inputType", input.TypeName, input.Use)), "inputType")),
            new XElement(Maml.Command + "returnValues",
                // Not a type parameter.
                OrNone(cmdlet.OutputTypes.Select(type => Typed("returnValue", type.FullName!, comments.OfAny(type))), "returnValue")),
            new XElement(Maml.Command + "examples", comments.Examples(cmdlet.Type).Select(Example)),
            new XElement(Maml.Command + "relatedLinks", RelatedCommands.Of(cmdlet, all).Select(name =>
                new XElement(Maml.Text + "navigationLink", new XElement(Maml.Text + "linkText", name), new XElement(Maml.Text + "uri")))));
    }

    private static IEnumerable<XElement> OrNone(IEnumerable<XElement> elements, string kind) =>
        elements.Any()
            ? elements
            : [Typed(kind, "None", kind == "inputType" ? "This command does not accept pipeline input." : "This command returns no objects.")];

    private static XElement Typed(string kind, string type, string description) =>
        new(Maml.Command + kind, new XElement(Maml.Dev + "type", new XElement(Maml.Text + "name", type)), Maml.Description(description));

    private XElement Syntax(CmdletModel cmdlet, string? set)
    {
        IEnumerable<XElement> parameters =
            from parameter in cmdlet.Parameters
            let use = parameter.In(set)
            where use is not null
            orderby use.Position ?? int.MaxValue, !use.Mandatory
            select Parameter(parameter, use);
        return new XElement(Maml.Command + "syntaxItem", new XElement(Maml.Text + "name", cmdlet.Name), parameters, Asking(cmdlet));
    }

    private XElement Parameter(ParameterModel parameter, ParameterUse use) => new(Maml.Command + "parameter",
        new XAttribute("required", use.Mandatory),
        new XAttribute("globbing", parameter.Wildcards),
        new XAttribute("pipelineInput", use.PipelineText),
        new XAttribute("position", use.PositionText),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml.Text + "name", parameter.Name),
        Maml.Description(comments.Summary(parameter.Property)),
        parameter.IsSwitch ? null : new XElement(Maml.Command + "parameterValue", new XAttribute("required", true), parameter.TypeName),
        new XElement(Maml.Dev + "type", new XElement(Maml.Text + "name", parameter.TypeName)),
        parameter.IsSwitch ? new XElement(Maml.Dev + "defaultValue", "False") : null);

    private static IEnumerable<XElement> Asking(CmdletModel cmdlet) => !cmdlet.Asks ? [] :
    [
        Switch("WhatIf", "wi", "Shows what the command would do, without doing it."),
        Switch("Confirm", "cf", "Asks for confirmation before anything is done; -Confirm:$false suppresses the prompt."),
    ];

    private static XElement Switch(string name, string alias, string description) => new(Maml.Command + "parameter",
        new XAttribute("required", false),
        new XAttribute("globbing", false),
        new XAttribute("pipelineInput", "False"),
        new XAttribute("position", "named"),
        new XAttribute("aliases", alias),
        new XElement(Maml.Text + "name", name),
        Maml.Description(description),
        new XElement(Maml.Dev + "type", new XElement(Maml.Text + "name", "SwitchParameter")));

    private static XElement Example((string Code, string Remark) example, int index) => new(Maml.Command + "example",
        new XElement(Maml.Text + "title", $"---------- Example {index + 1} ----------"),
        new XElement(Maml.Dev + "code", example.Code),
        new XElement(Maml.Dev + "remarks", new XElement(Maml.Text + "para", example.Remark)));

    private static string FirstSentence(string text)
    {
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }
}
