using System.Text.RegularExpressions;

namespace EtcdAdmin.Snapshots;

/// <summary>A place in an S3-compatible store, as the hosts' curl is told of it.</summary>
/// <param name="Name"><c>s3://bucket/prefix/</c>; below it, snapshots keep their names.</param>
/// <param name="Url">The same for curl, in the style that the store wants, with a slash at its end.</param>
/// <param name="Keys">The keys and how they sign, as a configuration of curl; a secret.</param>
internal sealed partial record ScheduleStore(string Name, string Url, string Keys)
{
    /// <summary>What a schedule says of a store; null where it has none.</summary>
    /// <exception cref="EtcdException">SpecInvalid: keys are missing, or hosts could not be told. InvalidArgument: nobody knows the region.</exception>
    public static ScheduleStore? Of(SnapshotSchedule schedule)
    {
        if (schedule.Store is not { } place) return schedule.StoreOptions == new S3Options() ? null : throw Invalid("it is not said where (-S3Destination)");
        place = place with { Key = place.IsPrefix ? place.Key : place.Key + "/" };
        if (!AllowedPlace().IsMatch(place.ToString()) || place.Key.Split('/').Any(part => part is "." or ".."))
            throw Invalid($"on hosts, buckets and prefixes are of letters, digits, '.', '_', '-', and '{place}' is not");
        // Those of the operator's own environment are not given to hosts unasked.
        if (schedule.StoreOptions.Credential is not { UserName.Length: > 0, Password.Length: > 0 } keys) throw Invalid($"for {place} the hosts need keys (-S3Credential)");
        if (keys.UserName.Contains(':', StringComparison.Ordinal) || $"{keys.UserName}{keys.Password}".Any(char.IsControl))
            throw Invalid("keys have no control characters in them, and an access key no colon");
        using var store = new S3Store(place, schedule.StoreOptions);
        (string url, string region) = store.Address;
        return new ScheduleStore(place.ToString(), url + place.Key, $"user = {Quote($"{keys.UserName}:{keys.Password}")}\naws-sigv4 = {Quote($"aws:amz:{region}:s3")}\n");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // curl(1), -K: a value in quotes knows these two escapes.
    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static EtcdException Invalid(string reason) =>
        new(EtcdErrorIds.SpecInvalid, EtcdErrorKind.InvalidInput, $"The hosts cannot copy to a store like that: {reason}.");

    [GeneratedRegex(@"\As3://[A-Za-z0-9._-]+/([A-Za-z0-9._-]+/)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedPlace();
}
