using EtcdAdmin.Checks.Facts;
using EtcdAdmin.Checks.Results;

namespace EtcdAdmin.Checks.Rules;

/// <summary>Whether other users of a host may read keys or change files of a member.</summary>
internal static class FileModesRule
{
    private const string Name = "FileModes";
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode NotOwners = Others | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    /// <summary>One result for each member.</summary>
    public static IEnumerable<EtcdCheck> Check(CheckFacts facts)
    {
        foreach (MemberFacts member in facts.Members)
        {
            if (member.Host.Value is not { } host)
            {
                yield return facts.NotKnown(Name, member.Host, member.Name);
                continue;
            }

            MemberFileMode[] open = [.. host.Modes.Where(file => file.Mode is { } mode && (mode & Forbidden(file.Kind)) != 0)];
            MemberFileMode[] unknown = [.. host.Modes.Where(file => file.Mode is null)];
            yield return open.Length > 0
                ? facts.Result(
                    Name, CheckSeverity.Warning, "Other users of its host may read or change files of it.", string.Join(", ", open.Select(Show)),
                    string.Join("; ", open.Select(file => $"chmod {Wanted(file.Kind)} {file.Path}")), member.Name)
                : unknown.Length > 0 || host.Modes.Count == 0
                    ? facts.Result(Name, CheckSeverity.Unknown, "Not checked: its host did not report the permissions of its files.",
                        string.Join(", ", unknown.Select(file => file.Path)), member: member.Name)
                    : facts.Result(Name, CheckSeverity.Ok, "Only its user may read its keys and data.", string.Join(", ", host.Modes.Select(Show)),
                        member: member.Name);
        }
    }

    private static UnixFileMode Forbidden(string kind) => kind switch
    {
        "key" or "data" => NotOwners,
        "pki" => Others | UnixFileMode.GroupWrite,
        _ => OthersWrite,
    };

    private static string Wanted(string kind) => kind switch
    {
        "key" => "600",
        "data" => "700",
        "pki" => "o=,g-w",
        _ => "go-w",
    };

    // Only files with one are shown.
    private static string Show(MemberFileMode file) => $"{file.Path} {Convert.ToString((int)file.Mode!.Value, 8)} {file.Owner}";
}
