using System.Globalization;
using System.Reflection;

namespace EtcdAdmin.HelpWriter;

/// <summary>A parameter of a cmdlet.</summary>
/// <param name="Property">The property of the cmdlet.</param>
/// <param name="Uses">Its use in each parameter set; one entry without a set if it belongs to all sets.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="Wildcards">Whether it supports wildcards.</param>
internal sealed record ParameterModel(
    PropertyInfo Property, IReadOnlyList<ParameterUse> Uses, IReadOnlyList<string> Aliases, bool Wildcards)
{
    public string Name => Property.Name;

    public bool IsSwitch => Property.PropertyType.Name == "SwitchParameter";

    /// <summary>The type as PowerShell names it.</summary>
    public string TypeName
    {
        get
        {
            Type type = Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;
            return type.Name;
        }
    }

    /// <summary>Its use in a set; null if it does not belong to the set.</summary>
    public ParameterUse? In(string? set) => Uses.FirstOrDefault(use => use.Set is null || use.Set == set);

    public static ParameterModel From(PropertyInfo property) => new(
        property,
        [.. CmdletModel.Attributes(property, "ParameterAttribute").Where(use => !CmdletModel.Named<bool>(use, "DontShow")).Select(ParameterUse.From)],
        [
            .. from attribute in CmdletModel.Attributes(property, "AliasAttribute")
               from argument in attribute.ConstructorArguments
               from item in argument.Value as IEnumerable<CustomAttributeTypedArgument> ?? []
               select (string)item.Value!, // an alias is never null
        ],
        CmdletModel.Attributes(property, "SupportsWildcardsAttribute").Any());
}

/// <summary>The use of a parameter in one set or in all sets.</summary>
internal sealed record ParameterUse(string? Set, bool Mandatory, int? Position, bool ByValue, bool ByName)
{
    public string PositionText => Position?.ToString(CultureInfo.InvariantCulture) ?? "named";

    public string PipelineText => (ByValue, ByName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    public static ParameterUse From(CustomAttributeData attribute) => new(
        CmdletModel.Named<string>(attribute, "ParameterSetName"),
        CmdletModel.Named<bool>(attribute, "Mandatory"),
        attribute.NamedArguments.Any(argument => argument.MemberName == "Position") ? CmdletModel.Named<int>(attribute, "Position") : null,
        CmdletModel.Named<bool>(attribute, "ValueFromPipeline"),
        CmdletModel.Named<bool>(attribute, "ValueFromPipelineByPropertyName"));
}
