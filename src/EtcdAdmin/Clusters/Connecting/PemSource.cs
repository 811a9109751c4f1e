using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>A PEM file that was named by an argument or by a variable of etcdctl.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Variable">The variable; null for an argument.</param>
internal sealed record PemSource(string Path, string? Variable)
{
    /// <summary>The argument, else what the variable says; null where neither is there.</summary>
    /// <param name="argument">The path that was given.</param>
    /// <param name="value">What the variable says.</param>
    /// <param name="variable">Its name.</param>
    public static PemSource? Of(string? argument, string? value, string? variable) =>
        argument is not null ? new PemSource(argument, null) : value is not null ? new PemSource(value, variable) : null;

    /// <summary>Reads it.</summary>
    /// <param name="folder">The folder from which a relative path in a variable counts, as for etcdctl; null is the process's own.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">CertificateInvalid; names the variable.</exception>
    public async Task<string> ReadAsync(string? folder, CancellationToken cancellationToken)
    {
        if (Variable is null) return await PemFile.ReadAsync(Path, cancellationToken).ConfigureAwait(false);
        try
        {
            string full = System.IO.Path.GetFullPath(Path, folder ?? Environment.CurrentDirectory);
            return await PemFile.ReadAsync(full, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            throw EtcdctlVariable.Naming(Variable, e, e.Target);
        }
    }
}
