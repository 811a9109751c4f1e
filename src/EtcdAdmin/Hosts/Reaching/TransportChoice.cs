using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;
using EtcdAdmin.Hosts.SshNet;

namespace EtcdAdmin.Hosts.Reaching;

/// <summary>Chooses what connects to a host.</summary>
/// <param name="client">The ssh program, if there is one.</param>
/// <param name="multiplex">Whether that can share a connection.</param>
/// <param name="session">The choice for all connections that have none of their own; null leaves it to the variable.</param>
internal sealed class TransportChoice(SshClient client, bool multiplex, Func<SshTransport?> session)
{
    /// <summary>The choice for the session, made with a variable; a connection's own comes before it.</summary>
    public const string Variable = "ETCDADMIN_SSH_TRANSPORT";

    /// <summary>The operator's choice in <see cref="Variable"/>; null if it is not set.</summary>
    /// <exception cref="EtcdException">SpecInvalid: it is neither <c>OpenSsh</c> nor <c>SshNet</c>.</exception>
    public static SshTransport? OfSession
    {
        get
        {
            if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } given) return null;
            return Enum.GetNames<SshTransport>().Contains(given, StringComparer.OrdinalIgnoreCase)
                ? Enum.Parse<SshTransport>(given, ignoreCase: true)
                : throw new EtcdException(EtcdErrorIds.SpecInvalid, $"The variable {Variable} is '{given}', which is not a transport.")
                {
                    Target = Variable,
                    NextStep = $"Set it to {SshTransport.OpenSsh} or {SshTransport.SshNet}, or remove it.",
                };
        }
    }

    /// <summary>The transport for a connection: what the operator chose; else ssh if it can share a connection; else SSH.NET, unless only ssh
    /// can do what the configuration asks for.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="hasPassword">Whether there is a password to log in with.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdException">NotSupported: SSH.NET lacks something, and there is no ssh program; SpecInvalid: the configuration is wrong,
    /// or <see cref="OfSession"/>.</exception>
    public async Task<SshTransport> ChooseAsync(HostConnection connection, bool hasPassword, CancellationToken cancellationToken)
    {
        if ((connection.Transport ?? session() ?? OfSession) is { } chosen) return chosen;
        if (client.IsThere && multiplex) return SshTransport.OpenSsh;
        try
        {
            IReadOnlyList<SshHop> hops = await SshHop.ResolveAsync(client, connection, cancellationToken).ConfigureAwait(false);
            foreach (SshHop hop in hops) LoginKeys.Read(hop, hasPassword && hop.IsLast);
            return SshTransport.SshNet;
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.NotSupported && client.IsThere)
        {
            return SshTransport.OpenSsh;
        }
    }
}
