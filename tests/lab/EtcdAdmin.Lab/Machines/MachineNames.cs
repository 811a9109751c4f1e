namespace EtcdAdmin.Lab.Machines;

/// <summary>The names of a host's resources on this machine. Interface names are limited to 15 characters, so they contain numbers.</summary>
/// <param name="Lab">The lab's number.</param>
/// <param name="Host">The host's index in the lab.</param>
internal sealed record MachineNames(int Lab, int Host)
{
    /// <summary>The name of a lab's bridge.</summary>
    public static string BridgeOf(int lab) => $"elab{lab}";

    /// <summary>The lab's bridge.</summary>
    public string Bridge => BridgeOf(Lab);

    /// <summary>The outer end of the host's network cable.</summary>
    public string Cable => $"elab{Lab}h{Host}";

    /// <summary>The bridge side of the delay line that slows a host down.</summary>
    public string Port => $"elab{Lab}p{Host}";

    /// <summary>The other end of <see cref="Port"/>, which the delay line reads and writes.</summary>
    public string PortPeer => $"elab{Lab}q{Host}";

    /// <summary>The name of the network namespace and of the container.</summary>
    public string Namespace => $"elab{Lab}-{Host}";

    /// <summary>The path under the root of the hierarchy.</summary>
    public string ControlGroup => $"etcdadmin-lab-{Lab}-{Host}";
}
