namespace EtcdAdmin.Database.Space;

/// <summary>How the space of a database is told.</summary>
public sealed record SpaceRequest
{
    /// <summary>How many parts of a key, up to a separator each, make the beginning that it is counted under. 1 or more; 1 unless told.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>What parts the parts of a key.</summary>
    public char Separator { get; init; } = '/';

    /// <summary>How many keys are named as the largest, and as the most written; also how many beginnings.</summary>
    public int Top { get; init; } = 20;
}
