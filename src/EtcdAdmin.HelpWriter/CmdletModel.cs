using System.Reflection;

namespace EtcdAdmin.HelpWriter;

/// <summary>A cmdlet as its attributes describe it.</summary>
/// <param name="Type">The cmdlet's class.</param>
/// <param name="Verb">Its verb.</param>
/// <param name="Noun">Its noun.</param>
/// <param name="Asks">Whether it has -WhatIf and -Confirm.</param>
/// <param name="Parameters">Its own parameters in the order of the source, then those of its base class.</param>
/// <param name="OutputTypes">The types of its output.</param>
/// <param name="DefaultSet">The default parameter set; null if there is only one set.</param>
internal sealed record CmdletModel(
    Type Type, string Verb, string Noun, bool Asks, IReadOnlyList<ParameterModel> Parameters, IReadOnlyList<Type> OutputTypes, string? DefaultSet)
{
    public string Name => $"{Verb}-{Noun}";

    /// <summary>The parameter sets, the default first. The default may have no own parameters. A single set has no name.</summary>
    public IReadOnlyList<string?> Sets => Parameters.SelectMany(parameter => parameter.Uses).Select(use => use.Set).Prepend(DefaultSet)
        .Where(set => set is not null).Distinct() is var sets && sets.Any() ? [.. sets] : [null];

    /// <summary>The model of a cmdlet's class; null for other classes.</summary>
    public static CmdletModel? From(Type type)
    {
        CustomAttributeData? cmdlet = Attributes(type, "CmdletAttribute").FirstOrDefault();
        if (cmdlet is null || type.IsAbstract) return null;
        return new CmdletModel(
            type,
            (string)cmdlet.ConstructorArguments[0].Value!, // verb and noun are always given
            (string)cmdlet.ConstructorArguments[1].Value!,
            Named<bool>(cmdlet, "SupportsShouldProcess"),
            [.. type.GetProperties().Where(property => Attributes(property, "ParameterAttribute").Any()).Select(ParameterModel.From)
                .Where(parameter => parameter.Uses.Count > 0)],
            [.. Attributes(type, "OutputTypeAttribute").SelectMany(OutputsOf)],
            Named<string>(cmdlet, "DefaultParameterSetName"));
    }

    internal static IEnumerable<CustomAttributeData> Attributes(MemberInfo member, string name) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.Name == name);

    internal static T? Named<T>(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value is T value ? value : default;

    private static IEnumerable<Type> OutputsOf(CustomAttributeData attribute) =>
        from argument in attribute.ConstructorArguments
        from item in argument.Value as IEnumerable<CustomAttributeTypedArgument> ?? [argument]
        where item.Value is Type
        select (Type)item.Value!;
}
