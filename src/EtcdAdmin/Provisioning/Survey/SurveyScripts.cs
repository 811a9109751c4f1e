using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>What a survey asks beyond the general facts of a host.</summary>
internal static class SurveyScripts
{
    /// <summary>Defines <c>member</c>, <c>resolve ADDRESS</c> and <c>reach ADDRESS PORT</c>, which print facts.</summary>
    /// <remarks>
    /// bash alone opens TCP connections without any other program; where there is none, reaching stays unknown. A refused connection is
    /// as good as an open one: it shows that the way there and back is free.
    /// </remarks>
    public const string Functions = OutdatedFileScript.Functions + OwnerScripts.Functions + """
        member() { # name, certificates, data, configuration, program, unit, write-ahead log
            config= unit= pki=no data=no binary=no pid= log=no outdated=no
            if [ -r "$4" ]; then config=$(sha256sum <"$4") && config=${config%% *}; fi
            if [ -n "$6" ]; then
                if [ -r "/etc/systemd/system/$6" ]; then unit=$(sha256sum <"/etc/systemd/system/$6") && unit=${unit%% *}; fi
                pid=$(systemctl show --property=MainPID --value "$6" 2>/dev/null)
            fi
            if [ -s "$2/server.key" ] && [ -s "$2/peer.key" ] && [ -s "$2/server.crt" ] && [ -s "$2/peer.crt" ] && [ -s "$2/ca.crt" ]; then
                pki=yes
            fi
            if [ -e "$3/member" ]; then data=yes; fi
            if [ -x "$5" ]; then binary=yes; fi
            if [ -n "$7" ] && [ -e "$7" ]; then log=yes; fi
            started=$pid
            if [ -z "$6" ] && [ -r "${4%/*}/etcd.pid" ]; then started=$(cat "${4%/*}/etcd.pid"); fi
            if outdated "$4" "$6" "$started"; then outdated=yes; fi
            fact member "$1" "$config" "$unit" "$pki" "$data" "$binary" "$pid" "$log" "$outdated"
        }
        resolve() { # address
            fact resolve "$1" "$(getent ahosts "$1" 2>/dev/null | while read -r ip kind _; do if [ "$kind" = STREAM ]; then printf '%s ' "$ip"; fi; done)"
        }
        reach() { # address, port
            if ! command -v bash >/dev/null 2>&1 || ! command -v timeout >/dev/null 2>&1; then fact reach "$1" "$2" unknown; return; fi
            said=$(timeout 3 bash -c ': <"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
            case $? in
                0) fact reach "$1" "$2" open ;;
                124) fact reach "$1" "$2" silent ;;
                *) case $said in
                    *refused*) fact reach "$1" "$2" refused ;;
                    *"not known"* | *"resolution"* | *"ssociated with hostname"*) fact reach "$1" "$2" unresolved ;;
                    *) fact reach "$1" "$2" failed ;;
                esac ;;
            esac
        }

        """;

    /// <summary>Arguments: any number of <c>member</c> and <c>owner</c> with seven, <c>volume</c> with five, <c>resolve</c> with one, <c>reach</c> with two more.</summary>
    public const string Text = Functions + VolumeScripts.Functions + """
        while [ $# -gt 0 ]; do
            case $1 in
                member) member "$2" "$3" "$4" "$5" "$6" "$7" "$8"; shift 8 ;;
                owner) owner "$2" "$3" "$4" "$5" "$6" "$7" "$8"; shift 8 ;;
                volume) volume "$2" "$3" "$4" "$5" "$6"; shift 6 ;;
                resolve) resolve "$2"; shift 2 ;;
                reach) reach "$2" "$3" & shift 3 ;;
            esac
        done
        wait

        """;
}
