namespace EtcdAdmin.HelpWriter;

/// <summary>An input of a cmdlet from the pipeline.</summary>
/// <param name="TypeName">The type.</param>
/// <param name="Use">The parameters that receive it, and how.</param>
internal sealed record InputModel(string TypeName, string Use)
{
    private const string Arguments = "EtcdAdmin.PowerShell.Arguments";

    /// <summary>First the types that are bound as objects, then those that are bound by their properties.</summary>
    public static IReadOnlyList<InputModel> From(CmdletModel cmdlet)
    {
        var whole = from parameter in cmdlet.Parameters
                    where parameter.Uses.Any(use => use.ByValue)
                    from type in TypesOf(parameter.Property.PropertyType)
                    group parameter by type into byType
                    select new InputModel(byType.Key, $"For {Names(byType)}.");
        IReadOnlyList<ParameterModel> byName = [.. cmdlet.Parameters.Where(parameter => parameter.Uses.Any(use => use.ByName))];
        IEnumerable<InputModel> properties = byName.Count == 0 ? [] :
            [new InputModel("System.Management.Automation.PSObject",
            $"Any object with properties of these names: {string.Join(", ", byName.SelectMany(Named))}.")];
        return [.. whole, .. properties];
    }

    private static string Names(IEnumerable<ParameterModel> parameters) => string.Join(" or ", parameters.Select(parameter => "-" + parameter.Name));

    private static IEnumerable<string> Named(ParameterModel parameter) => [parameter.Name, .. parameter.Aliases];

    /// <summary>Users have no objects of an argument's own type, so the help shows the types that its constructors accept.</summary>
    private static IEnumerable<string> TypesOf(Type type)
    {
        Type one = type.IsArray ? type.GetElementType()! : Nullable.GetUnderlyingType(type) ?? type; // an array has elements
        return one.Namespace != Arguments ? [one.FullName!] : // no type parameter, so it has a name
            one.GetConstructors().Select(constructor => constructor.GetParameters()).Where(parameters => parameters.Length == 1)
                .Select(parameters => parameters[0].ParameterType.FullName!);
    }
}
