namespace EtcdAdmin.Database.Space;

/// <summary>Options for measuring the space of a database.</summary>
public sealed record SpaceRequest
{
    /// <summary>How many parts of a key (each ends with a separator) form its prefix. 1 or more; the default is 1.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Key separator.</summary>
    public char Separator { get; init; } = '/';

    /// <summary>How many prefixes, largest keys and most written keys are listed.</summary>
    public int Top { get; init; } = 20;
}
