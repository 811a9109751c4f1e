namespace EtcdAdmin.Hosts;

/// <summary>Finds the host of a name that a specification holds.</summary>
public interface IHostProvider
{
    /// <summary>The host; connecting to it may come later.</summary>
    /// <param name="hostName">As the specification has it; <c>localhost</c> is this machine.</param>
    /// <exception cref="EtcdException">HostUnknown: no way to it is known.</exception>
    IHost Get(string hostName);
}

/// <summary>Knows this machine only.</summary>
public sealed class LocalHostProvider : IHostProvider
{
    private readonly LocalHost _local = new();

    /// <inheritdoc/>
    public IHost Get(string hostName) => hostName == LocalHost.LocalName
        ? _local
        : throw new EtcdException(EtcdErrorIds.HostUnknown, EtcdErrorKind.NotFound, $"No way to host '{hostName}' is known.")
        {
            Target = hostName,
        };
}
