namespace EtcdAdmin.Lab.State;

/// <summary>All that is known of a lab, as its file has it; any process can work with a lab by it, and remove it.</summary>
internal sealed record LabRecord
{
    /// <summary>What the lab is called by.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 250, of no other lab on this machine; in the addresses and in the names of bridge and interfaces.</summary>
    public required int Number { get; init; }

    /// <summary>Whose end is the lab's end; null for a lab that stays until somebody removes it.</summary>
    public ProcessIdentity? Owner { get; init; }

    /// <summary>The password of the login clerk, for ssh and for sudo.</summary>
    public required string ClerkPassword { get; init; }

    /// <summary>In the order of their making.</summary>
    public IReadOnlyList<HostRecord> Hosts { get; init; } = [];

    /// <summary>The same lab with one host changed.</summary>
    public LabRecord With(HostRecord changed) =>
        this with { Hosts = [.. Hosts.Select(host => host.Index == changed.Index ? changed : host)] };
}

/// <summary>A host.</summary>
internal sealed record HostRecord
{
    /// <summary>Its name, and what the others know it by.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 200, of no other host of the lab; in its addresses.</summary>
    public required int Index { get; init; }

    /// <summary>What it was made as.</summary>
    public required HostOptions Options { get; init; }

    /// <summary>The disks beside that of the system.</summary>
    public IReadOnlyList<DiskRecord> Disks { get; init; } = [];

    /// <summary>Whom it is cut off from; empty for nobody.</summary>
    public IReadOnlyList<string> CutFrom { get; init; } = [];

    /// <summary>What makes it slow; null for a host that is not.</summary>
    public ProcessIdentity? DelayLine { get; init; }
}

/// <summary>A disk: a file behind a loop device.</summary>
/// <param name="Name">As the host has it, for instance <c>vdb</c>.</param>
/// <param name="File">What holds its blocks, on this machine.</param>
/// <param name="LoopDevice">On this machine.</param>
internal sealed record DiskRecord(string Name, string File, string LoopDevice);
