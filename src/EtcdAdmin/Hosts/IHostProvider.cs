namespace EtcdAdmin.Hosts;

/// <summary>Gives the host that a connection describes.</summary>
public interface IHostProvider
{
    /// <summary>The host; connecting to it may come later.</summary>
    /// <param name="connection">How it is reached.</param>
    /// <exception cref="EtcdException">HostUnknown: no way to it is known.</exception>
    IHost Get(HostConnection connection);
}

/// <summary>Knows this machine only.</summary>
public sealed class LocalHostProvider : IHostProvider
{
    private readonly LocalHost _local = new();

    /// <inheritdoc/>
    public IHost Get(HostConnection connection) => connection is { IsLocal: true }
        ? _local
        : throw new EtcdException(EtcdErrorIds.HostUnknown, EtcdErrorKind.NotFound, $"No way to host '{connection?.HostName}' is known.")
        {
            Target = connection?.HostName,
        };
}
